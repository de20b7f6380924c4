"""All runs at a glance; only what changed is read again."""

from dataclasses import dataclass
from pathlib import Path

from workbench.core.runs import RunFolder, RunOverview, list_runs, overview
from workbench.tui.run_control import title_of


@dataclass(frozen=True)
class RunGlance:
    """A run with its plan in a line."""

    run: RunFolder
    title: str
    overview: RunOverview


class RunIndex:
    """Reads the runs' folders; call it in a thread."""

    def __init__(self, runs_dir: Path) -> None:
        self._runs_dir = runs_dir
        self._known: dict[str, tuple[tuple[int, int], RunGlance]] = {}

    def read(self) -> list[RunGlance]:
        """All runs, newest first. An ended run whose events are as before is not read again."""
        found = [self._glance(run) for run in list_runs(self._runs_dir)]
        names = {glance.run.name for glance in found}
        self._known = {name: known for name, known in self._known.items() if name in names}
        return found

    def _glance(self, run: RunFolder) -> RunGlance:
        stamp = _stamp(run.events)
        known = self._known.get(run.name)
        if known is not None and known[0] == stamp and not known[1].overview.is_live:
            return known[1]
        title = known[1].title if known is not None else title_of(run)
        glance = RunGlance(run, title, overview(run))
        self._known[run.name] = (stamp, glance)
        return glance


def _stamp(path: Path) -> tuple[int, int]:
    try:
        state = path.stat()
    except OSError:
        return (0, 0)
    return (state.st_mtime_ns, state.st_size)
