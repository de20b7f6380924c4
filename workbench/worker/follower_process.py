"""The process of a run's followers, as its worker sees it."""

import contextlib
import queue
import subprocess
import threading
from pathlib import Path

from workbench.core.processes import module_command

# After this the followers finish by themselves, in a minute at the most.
_CLOSE_S = 10.0


class FollowerProcess:
    """Starts it, collects what it has to tell, and waits a little for its end."""

    def __init__(self, run: Path, offset: int) -> None:
        self._problems: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._is_closing = False
        # In a session of its own it outlives a worker that is killed, and tells of its last event.
        self._process = subprocess.Popen(
            module_command("workbench.worker.follow", str(run), str(offset)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        self._thread = threading.Thread(target=self._collect, name="followers", daemon=True)
        self._thread.start()

    def problems(self) -> list[str]:
        """What was told since this was last asked."""
        found = []
        with contextlib.suppress(queue.Empty):
            while True:
                found.append(self._problems.get_nowait())
        return found

    def close(self) -> None:
        """Let the followers finish, for a limited time."""
        self._is_closing = True
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        self._thread.join(_CLOSE_S)

    def _collect(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._problems.put(line.strip())
        status = self._process.wait()
        if status or not self._is_closing:
            self._problems.put(
                f"The process of the followers ended (status {status}); nobody follows this run "
                "any more."
            )
