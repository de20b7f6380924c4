"""Reading all runs, in a thread: little by little at first, later only what changed."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from workbench.core.checkpoints.managing import folder_bytes
from workbench.core.queue import is_dispatching, queued_runs
from workbench.core.runs import RunFolder, RunOverview, list_runs, overview
from workbench.core.runs.overview import settle
from workbench.core.runs.title import plan_title

_FIRST_CHUNK = 40
_CHUNK_S = 0.2

Stamp = tuple[int, int]


@dataclass(frozen=True)
class ListedRun:
    """A run of the list; what was not read yet is ``None``.

    ``created`` is in Unix seconds. ``place`` is the one in the queue, from 1.
    """

    run: RunFolder
    created: float
    title: str | None = None
    overview: RunOverview | None = None
    size_bytes: int | None = None
    place: int | None = None

    @property
    def name(self) -> str:
        """The run's name."""
        return self.run.name

    @property
    def is_live(self) -> bool:
        """Whether a worker is at work on it."""
        return self.overview is not None and self.overview.is_live


@dataclass(frozen=True)
class RunsRead:
    """All runs, newest first; ``is_dispatching``: somebody starts those that wait."""

    runs: tuple[ListedRun, ...]
    is_dispatching: bool


class RunsReader:
    """Remembers what it read; one thread at a time may read."""

    def __init__(self, runs_dir: Path, now: Callable[[], float] = time.monotonic) -> None:
        self._runs_dir = runs_dir
        self._now = now
        self._known: dict[str, ListedRun] = {}
        self._events: dict[str, Stamp] = {}
        self._sizes: dict[str, tuple[Stamp, Stamp]] = {}

    def read(self) -> Iterator[RunsRead]:
        """All runs again and again, each time with more of them read; the last is complete."""
        places = {run: place for place, run in enumerate(queued_runs(self._runs_dir), start=1)}
        dispatching = bool(places) and is_dispatching(self._runs_dir)
        runs = [self._carried(run, places.get(run)) for run in list_runs(self._runs_dir)]
        for _ in self._fill(runs):
            yield RunsRead(tuple(runs), dispatching)
        self._known = {listed.name: listed for listed in runs}
        for stamps in (self._events, self._sizes):
            for name in stamps.keys() - self._known.keys():  # of runs that are gone
                del stamps[name]
        yield RunsRead(tuple(runs), dispatching)

    def _carried(self, run: RunFolder, place: int | None) -> ListedRun:
        known = self._known.get(run.name)
        return replace(known, place=place) if known else ListedRun(run, _created(run), place=place)

    def _fill(self, runs: list[ListedRun]) -> Iterator[None]:
        """Read what is missing or old into the list; yields when it is time to show it."""
        is_first = any(listed.overview is None for listed in runs)
        shown = self._now()
        for step in (self._with_overview, self._with_size):
            for index, listed in enumerate(runs):
                runs[index] = step(listed)
                is_page = is_first and step == self._with_overview and index == _FIRST_CHUNK
                if is_page or self._now() - shown > _CHUNK_S:
                    yield
                    shown = self._now()

    def _with_overview(self, listed: ListedRun) -> ListedRun:
        seen, stamp = listed.overview, _stamp(listed.run.events)
        is_other = stamp != self._events.get(listed.name)
        if seen is None or is_other or (seen.state == "queued") != (listed.place is not None):
            self._events[listed.name] = stamp
            title = plan_title(listed.run) if listed.title is None else listed.title
            return replace(listed, title=title, overview=_overview(listed.run))
        if seen.is_live:
            settled = settle(seen, listed.run)
            return listed if settled == seen else replace(listed, overview=settled)
        return listed

    def _with_size(self, listed: ListedRun) -> ListedRun:
        stamps = self._events[listed.name], _stamp(listed.run.checkpoints)
        if stamps == self._sizes.get(listed.name):
            return listed
        self._sizes[listed.name] = stamps
        try:
            return replace(listed, size_bytes=folder_bytes(listed.run.path))
        except OSError:  # a file that went away meanwhile
            return listed


def _overview(run: RunFolder) -> RunOverview:
    try:
        return overview(run)
    except OSError as error:  # one run that can't be read hides no other
        words = f"{run.events} can't be read ({error.strerror})."
        return RunOverview(run.name, state="failed", error=words)


def _created(run: RunFolder) -> float:
    try:
        return run.plan.stat().st_mtime
    except OSError:
        return 0.0


def _stamp(path: Path) -> Stamp:
    try:
        state = path.stat()
    except OSError:
        return (0, 0)
    return (state.st_mtime_ns, state.st_size)
