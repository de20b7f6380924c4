"""Telling plugins of a run's events without letting them delay it."""

import queue
import sys
import threading
import traceback
from pathlib import Path

import pluggy

from workbench.api.events import Event

# A follower that hangs loses events rather than memory, and is not waited for at the end.
_QUEUE_LENGTH = 10_000
_CLOSE_TIMEOUT_S = 5.0


class Followers:
    """Calls the hook ``workbench_run_event`` in a thread of its own, in order."""

    def __init__(self, run: Path, manager: pluggy.PluginManager) -> None:
        self._run = run
        self._calls = [
            implementation.function
            for implementation in manager.hook.workbench_run_event.get_hookimpls()
        ]
        self._queue: queue.Queue[Event | None] = queue.Queue(_QUEUE_LENGTH)
        self._thread = threading.Thread(target=self._work, name="followers", daemon=True)
        if self._calls:
            self._thread.start()

    def tell(self, event: Event) -> None:
        """Hand an event on; returns at once."""
        if self._calls:
            try:
                self._queue.put_nowait(event)
            except queue.Full:
                print("A follower is too slow: an event was left out.", file=sys.stderr)

    def close(self) -> None:
        """Wait a little for what is still to be told."""
        if self._calls:
            try:
                self._queue.put(None, timeout=_CLOSE_TIMEOUT_S)
            except queue.Full:
                return
            self._thread.join(_CLOSE_TIMEOUT_S)

    def _work(self) -> None:
        while (event := self._queue.get()) is not None:
            for call in self._calls:
                try:
                    call(run=self._run, event=event)
                except Exception:
                    traceback.print_exc()
