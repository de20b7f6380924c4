"""What the processes of a run with several ranks leave for each other, in ``ranks/``."""

import shutil
import time

import msgspec

from workbench.core.files import write_atomic
from workbench.core.runs import RunFolder


class Failure(msgspec.Struct, frozen=True):
    """Why a rank ended; ``attempt`` counts the restarts before it."""

    rank: int
    attempt: int
    time: float
    error: str
    exit_code: int
    traceback: str


class RankFiles:
    """Small files in a folder that is new for each start of the run."""

    def __init__(self, run: RunFolder) -> None:
        self._folder = run.ranks

    def begin(self, asked_before: int) -> None:
        """Forget an earlier start; the run's commands ended at ``asked_before`` then."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir()
        (self._folder / "asked-before").write_text(str(asked_before))

    def asked_before(self) -> int:
        """The end of the run's commands when the worker began that leads."""
        return int((self._folder / "asked-before").read_text())

    def tell_prepared(self, attempt: int) -> None:
        """The data are there: the other ranks may read them."""
        (self._folder / f"prepared-{attempt}").touch()

    def is_prepared(self, attempt: int) -> bool:
        """Whether rank 0 has the data."""
        return (self._folder / f"prepared-{attempt}").exists()

    def has_begun(self) -> bool:
        """Whether rank 0 ever came so far."""
        return any(self._folder.glob("prepared-*"))

    def tell_to_stop(self) -> None:
        """Ask rank 0 to stop the run with a checkpoint."""
        (self._folder / "stop").touch()

    def is_told_to_stop(self) -> bool:
        """Whether someone wants the run to stop."""
        return (self._folder / "stop").exists()

    def tell_over(self) -> None:
        """The run's closing event is written."""
        (self._folder / "over").touch()

    def is_over(self) -> bool:
        """Whether there is nothing left to do."""
        return (self._folder / "over").exists()

    def keep_failure(self, rank: int, attempt: int, error: str, code: int, trace: str) -> None:
        """Keep why a rank ended, for who writes the run's closing event."""
        failure = Failure(rank, attempt, time.time(), error, code, trace)
        write_atomic(self._folder / f"rank-{rank}.json", msgspec.json.encode(failure))

    def mendable_failure(self) -> Failure | None:
        """The first failure if a person can mend it, so that no restart will."""
        failure = self.first_failure()
        return failure if failure is not None and failure.exit_code == 2 else None

    def first_failure(self) -> Failure | None:
        """What went wrong first in the last attempt in which anything did."""
        found = [
            msgspec.json.decode(path.read_bytes(), type=Failure)
            for path in self._folder.glob("rank-*.json")
        ]
        return min(found, key=lambda item: (-item.attempt, item.time), default=None)
