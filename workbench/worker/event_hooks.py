"""Calling the hook ``workbench_run_event`` without letting it delay the run."""

import queue
import threading
import traceback
from pathlib import Path

import pluggy

from workbench.api.events import Event

# A hook that hangs loses events rather than memory, and is not waited for at the end.
_QUEUE_LENGTH = 10_000
_CLOSE_TIMEOUT_S = 5.0


class EventHooks:
    """Calls the hook of each plugin in one thread, in order."""

    def __init__(self, run: Path, manager: pluggy.PluginManager) -> None:
        self._run = run
        self._calls = {
            implementation.plugin_name: implementation.function
            for implementation in manager.hook.workbench_run_event.get_hookimpls()
        }
        self._queue: queue.Queue[Event | None] = queue.Queue(_QUEUE_LENGTH)
        self._problems: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._told: set[str] = set()
        self._thread = threading.Thread(target=self._work, name="event hooks", daemon=True)
        if self._calls:
            self._thread.start()

    def tell(self, event: Event) -> None:
        """Hand an event on; returns at once."""
        if self._calls:
            try:
                self._queue.put_nowait(event)
            except queue.Full:
                self._complain("", "A plugin that follows runs is too slow: events are left out.")

    def problems(self) -> list[str]:
        """What went wrong since this was last asked, once for each plugin."""
        return [self._problems.get() for _ in range(self._problems.qsize())]

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
            for plugin, call in self._calls.items():
                try:
                    call(run=self._run, event=event)
                except Exception as error:
                    if plugin not in self._told:
                        traceback.print_exc()
                    reason = " ".join(f"{type(error).__name__}: {error}".split())
                    self._complain(
                        plugin,
                        f"The plugin {plugin} fails to follow the run: {reason}; it goes on.",
                    )

    def _complain(self, plugin: str, sentence: str) -> None:
        if plugin not in self._told:
            self._told.add(plugin)
            self._problems.put(sentence)
