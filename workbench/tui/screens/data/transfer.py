"""Bringing a dataset into the data folder while the screens go on."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from textual.content import Content
from textual.worker import get_current_worker

from workbench.api.errors import WorkbenchError
from workbench.api.specs import DatasetSpec
from workbench.core.data import Progress, fetch, import_folder
from workbench.core.text import printable
from workbench.core.units import bytes_text
from workbench.tui.widgets.progress import progress_bar


class CancelledError(Exception):
    """The person said so."""


@dataclass(frozen=True)
class Outcome:
    """How it ended, as a sentence."""

    is_done: bool
    sentence: str


@dataclass
class Transfer:
    """A dataset on its way: fetched, or copied from a ``folder``."""

    spec: DatasetSpec
    data_dir: Path
    folder: Path | None = None
    _cancelled: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        """End it at the next progress, within about a second."""
        self._cancelled.set()

    def run(self, on_progress: Callable[[Progress], None]) -> Outcome:
        """Do it, in a thread worker."""
        worker = get_current_worker()

        def report(progress: Progress) -> None:
            if self._cancelled.is_set() or worker.is_cancelled:
                raise CancelledError
            on_progress(progress)

        try:
            if self.folder is None:
                source = fetch(self.spec, self.data_dir, on_progress=report).source
            else:
                import_folder(self.spec, self.folder, self.data_dir, report)
                source = str(self.folder)
        except CancelledError:
            return Outcome(
                False, f"Cancelled; the data folder has what it had of {self.spec.name}."
            )
        except WorkbenchError as error:
            return Outcome(False, str(error))
        return Outcome(True, f"{self.spec.name} is in the data folder, from the {source}.")


def progress_lines(transfer: Transfer, progress: Progress, width: int) -> list[Content]:
    """What is on its way, where it stands, and a bar where its end is known."""
    verb = "Fetching" if transfer.folder is None else "Importing"
    head = Content.assemble(
        (f"{verb} {printable(transfer.spec.name)}  ", "bold"), ("x", "bold $accent"), " cancels"
    )
    lines = [head, Content(printable(f"{progress.step}: {progress.message}"))]
    if progress.total_bytes:
        done = f" {bytes_text(progress.done_bytes)} of {bytes_text(progress.total_bytes)}"
        share = progress.done_bytes / progress.total_bytes
        lines.append(progress_bar(share, max(8, min(60, width - len(done)))) + Content(done))
    elif progress.done_bytes:
        lines.append(Content(bytes_text(progress.done_bytes)))
    return lines
