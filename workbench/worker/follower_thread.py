"""One follower, called with each event of its run in a thread that may fail or hang."""

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from workbench.api.events import Event, RunStarted
from workbench.api.following import FollowedRun, Follower
from workbench.core.plan.followers import Following, follower_choice, made_follower
from workbench.core.plugins import Registry
from workbench.core.plugins.registry import require_installed
from workbench.core.runs import RunFolder
from workbench.core.runs.events import decode_event
from workbench.core.runs.lines import LineReader
from workbench.worker.explaining import explain

_POLL_S = 0.2


class FollowerThread(threading.Thread):
    """Reads the events on its own, so that a slow follower keeps no other waiting."""

    Tell = Callable[[str], None]

    def __init__(
        self,
        item: Following,
        registry: Registry,
        run: RunFolder,
        document: Mapping[str, Any],
        offset: int,
        files: Path,
        is_over: threading.Event,
        tell: Tell,
    ) -> None:
        super().__init__(name=f"follower {item.name}", daemon=True)
        self._item = item
        self._registry = registry
        self._run_folder = run
        self._document = document
        self._reader = LineReader(run.events, offset)
        self._files = files
        self._is_over = is_over
        self._tell = tell
        self._follower: Follower | None = None
        self._called_at: float | None = None
        self._has_complained = False

    @property
    def busy_s(self) -> float:
        """How long the call has taken that it is in; 0 if it is in none."""
        called_at = self._called_at
        return 0.0 if called_at is None else time.monotonic() - called_at

    def complain(self, what: str) -> None:
        """Tell the person, the first time."""
        if not self._has_complained:
            self._has_complained = True
            self._tell(f"The follower {self._item.name} {what}.")

    def run(self) -> None:
        """Make the follower with the first event, hand it each event, and close it."""
        try:
            while True:
                # Asked before reading, so that nothing written before the end is missed.
                is_last = self._is_over.is_set()
                for line in self._reader.read():
                    event = decode_event(line)
                    if event is not None:
                        self._take(event)
                if is_last:
                    break
                self._is_over.wait(_POLL_S)
        except _UnmadeError as error:
            self.complain(f"follows nothing: {explain(error.__cause__ or error)[0].rstrip('.')}")
            return
        if self._follower is not None:
            self._call(self._follower.close)

    def _take(self, event: Event) -> None:
        if self._follower is None:
            self._follower = self._made(event.step if isinstance(event, RunStarted) else 0)
        follower = self._follower
        self._call(lambda: follower.follow(event))

    def _made(self, step: int) -> Follower:
        run = FollowedRun(self._run_folder.path, self._document, step, self._files)
        self._called_at = time.monotonic()
        try:
            spec, choice = follower_choice(self._item, self._registry)
            require_installed(spec)
            return made_follower(spec, run, choice.options)
        except BaseException as error:
            raise _UnmadeError from error
        finally:
            self._called_at = None

    def _call(self, call: Callable[[], None]) -> None:
        self._called_at = time.monotonic()
        try:
            call()
        except BaseException as error:  # a library may raise SystemExit
            self.complain(f"failed: {explain(error)[0].rstrip('.')}; the run goes on")
        finally:
            self._called_at = None


class _UnmadeError(Exception):
    """The follower could not be made."""
