"""Trying the steps one after another until one gives the verified dataset."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from workbench.api.errors import UserError
from workbench.api.specs import DatasetSpec, FileSource, IdxSource
from workbench.core.data.command import StepFailedError
from workbench.core.data.folder import STEP, StoredData, read_stored, require_source, store
from workbench.core.data.kept_files import missing_files, move_files, verify_files
from workbench.core.data.lock import fetch_lock
from workbench.core.data.progress import Attempt, OnProgress, Progress
from workbench.core.data.reading import Contents, WrongFileError, find_files, read_files
from workbench.core.data.stamp import failed_s_ago, write_stamp
from workbench.core.data.steps import (
    ASKED_FOR,
    AUTOMATIC,
    OFFLINE_VARIABLE,
    Step,
    Work,
    is_offline,
    steps_of,
)
from workbench.core.units import duration_text

_STAGING_PREFIX = ".workbench-staging-"


@dataclass
class Search:
    """One pass over the steps. ``attempts`` grows with each step that fails.

    An automatic one is brief, and leaves wrong files in the data folder to the person.
    """

    spec: DatasetSpec
    data_dir: Path
    on_progress: OnProgress
    is_automatic: bool
    attempts: list[Attempt] = field(default_factory=list)

    def run(self) -> StoredData | None:
        """The dataset from the first step that gives it, put into the data folder.

        ``None`` when all failed. Raises :class:`UserError` where the data folder is wrong
        or can't be written to.
        """
        source = require_source(self.spec)
        wait_s = (AUTOMATIC if self.is_automatic else ASKED_FOR).total_s
        with fetch_lock(source, self.data_dir, self.on_progress, wait_s) as folder:
            # Another process may have brought it meanwhile.
            return self._stored() or self._try_steps(source, folder)

    def _stored(self) -> StoredData | None:
        try:
            stored = read_stored(self.spec, self.data_dir, self.on_progress)
            # A run doesn't read such files twice: their plugin sees what is wrong with them.
            if stored and isinstance(self.spec.source, FileSource) and not self.is_automatic:
                self.on_progress(Progress(STEP, "verifying the files"))
                verify_files(self.spec.source, self.data_dir)
            return stored
        except (UserError, WrongFileError) as error:
            if self.is_automatic:
                raise
            self.attempts.append(Attempt(STEP, str(error)))
            return None

    def _try_steps(self, source: IdxSource | FileSource, folder: Path) -> StoredData | None:
        refusal = self._network_refusal(folder)
        has_tried_network = False
        for step in steps_of(source):
            if refusal and not step.local:
                self._note(step, refusal)
                continue
            has_tried_network |= not step.local
            data = self._try(step, source, folder)
            if data is not None:
                store(self.spec, self.data_dir, data)
                return data
        if has_tried_network:
            with contextlib.suppress(OSError):
                write_stamp(folder)
        return None

    def _network_refusal(self, folder: Path) -> str:
        if is_offline():
            return f"not tried, {OFFLINE_VARIABLE} is set"
        age_s = failed_s_ago(folder) if self.is_automatic else None
        if age_s is None:
            return ""
        return (
            f"not tried, it failed {duration_text(age_s)} ago "
            f"(`workbench data fetch {self.spec.name}` tries again)"
        )

    def _try(self, step: Step, source: IdxSource | FileSource, folder: Path) -> StoredData | None:
        self.on_progress(Progress(step.name, "trying"))
        limits = AUTOMATIC if self.is_automatic else ASKED_FOR
        try:
            with staging_in(folder) as staging:
                place = step.bring(Work(staging, limits, partial(self._report, step)))
                return StoredData(self._take(step, source, place), step.name)
        except WrongFileError as error:
            self._note(step, f"{error.path.name} {error.reason}")
        except StepFailedError as error:
            self._note(step, str(error))
        except OSError as error:
            self._note(step, f"the data folder can't be written ({error.strerror})")
        return None

    def _take(self, step: Step, source: IdxSource | FileSource, place: Path) -> Contents:
        """Verify what a step brought; files that a plugin reads go to the data folder at once."""
        verifying = Progress(step.name, "verifying the files")
        if isinstance(source, FileSource):
            _require(missing_files(source, place))
            self.on_progress(verifying)
            move_files(source, place, self.data_dir)
            return {}
        found = find_files(source, place)
        _require([] if found.is_complete else found.missing)
        self.on_progress(verifying)
        return read_files(self.spec, source, found)

    def _report(self, step: Step, done_bytes: int) -> None:
        self.on_progress(Progress(step.name, "downloading", done_bytes))

    def _note(self, step: Step, reason: str) -> None:
        self.attempts.append(Attempt(step.name, reason))
        self.on_progress(Progress(step.name, reason))


def _require(missing: Sequence[str]) -> None:
    if missing:
        raise StepFailedError(f"it has no {' and no '.join(missing)}")


@contextlib.contextmanager
def staging_in(folder: Path) -> Iterator[Path]:
    """An empty folder beside the data; what a killed process left behind is removed first."""
    for leftover in folder.glob(f"{_STAGING_PREFIX}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    staging = Path(tempfile.mkdtemp(prefix=_STAGING_PREFIX, dir=folder))
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def read_installed(spec: DatasetSpec, on_progress: OnProgress) -> StoredData | None:
    """The dataset from an installed package, read where it lies; ``None`` if there is none."""
    source = require_source(spec)
    if isinstance(source, FileSource):
        return None
    for step in steps_of(source):
        if not step.local:
            continue
        with contextlib.suppress(StepFailedError, WrongFileError):
            found = find_files(source, step.bring(Work(Path(), AUTOMATIC, lambda _: None)))
            if found.is_complete:
                on_progress(Progress(step.name, "verifying the files"))
                return StoredData(read_files(spec, source, found), step.name)
    return None


def try_search(search: Search) -> StoredData | None:
    """Like ``search.run``, for a run: a data folder that can't be written to is no error."""
    try:
        return search.run()
    except UserError as error:
        search.attempts.append(Attempt(STEP, str(error)))
        return read_installed(search.spec, search.on_progress)
