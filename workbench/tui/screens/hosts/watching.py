"""The lines to several machines, and what came over them last."""

import contextlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.api.errors import WorkbenchError
from workbench.core.hosts.link import Link
from workbench.core.hosts.messages import Readings
from workbench.core.hosts.ssh import Connection, Host

HERE = ""
"""The name of this machine."""


@dataclass(frozen=True)
class HostGlance:
    """A machine as it is now; ``reason`` says why it is lost."""

    name: str
    state: Literal["connecting", "connected", "lost"]
    readings: Readings | None = None
    reason: str = ""


class HostWatch:
    """Keeps a line to each machine, each in a thread of its own, from start to stop."""

    def __init__(self, names: Sequence[str], command: str) -> None:
        self._command = command
        self._links: dict[str, Link | str] = dict.fromkeys(names, "")

    def start(self) -> None:
        """Connect to all of them; returns at once."""
        for name in self._links:
            try:
                link = Link(Connection(Host(name, self._command)))
            except WorkbenchError as error:  # what can't be a host costs its own line
                self._links[name] = str(error)
            else:
                self._links[name] = link
                link.start()

    def stop(self) -> None:
        """End all lines without waiting for that."""
        for name, link in self._links.items():
            if isinstance(link, Link):
                threading.Thread(target=_close, args=(link,), daemon=True).start()
                self._links[name] = ""

    def glances(self) -> Iterator[HostGlance]:
        """What is known of each of them now."""
        for name, link in self._links.items():
            if isinstance(link, str):
                yield HostGlance(name, "lost" if link else "connecting", reason=link)
            elif link.state.kind == "connected":
                is_known = link.readings is not None
                yield HostGlance(name, "connected" if is_known else "connecting", link.readings)
            elif link.state.kind == "connecting":
                yield HostGlance(name, "connecting")
            else:
                yield HostGlance(name, "lost", link.readings, link.state.reason)


def _close(link: Link) -> None:
    with contextlib.suppress(OSError):
        link.close()
