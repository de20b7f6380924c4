"""The runs that were let go on from here, until it is seen how they end."""

from collections.abc import Iterable, Iterator

from workbench.tui.screens.runs.actions import Runs
from workbench.tui.screens.runs.reading import ListedRun


class Resumed:
    """Tells why one fails again: its state and its error may look as they did before."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}

    def expect(self, runs: Runs) -> None:
        """These get a new worker now."""
        self._since |= {listed.name: _updated(listed) for listed in runs}

    def failures(self, runs: Iterable[ListedRun]) -> Iterator[str]:
        """A sentence for each of them that has failed since, once."""
        for listed in runs:
            since, seen = self._since.get(listed.name), listed.overview
            if since is None or seen is None or seen.is_live or seen.updated <= since:
                continue
            if seen.state == "failed":
                yield f"{listed.name} failed: {seen.error}"
            del self._since[listed.name]


def _updated(listed: ListedRun) -> float:
    return listed.overview.updated if listed.overview else 0.0
