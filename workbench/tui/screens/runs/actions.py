"""What can be done with runs: to which, by which key, and by which commands in a shell."""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.binding import Binding

from workbench.core.hosts.calls import path_there
from workbench.tui.screens.runs.reading import ListedRun

Runs = Sequence[ListedRun]
_ENDED = ("completed", "stopped", "failed", "interrupted")


@dataclass(frozen=True)
class RunAction:
    """An action on the runs that are meant: the marked ones, or the one under the cursor.

    ``name`` is the screen's. ``fits`` says whether it can be done with a run. ``command`` is
    what does the same in a shell. ``least`` runs have to be meant, and ``most``.
    """

    name: str
    key: str
    words: str
    tooltip: str
    fits: Callable[[ListedRun], bool]
    command: Callable[[Runs], str]
    least: int = 1
    most: int = 1_000_000

    def targets(self, runs: Runs) -> list[ListedRun]:
        """The runs with which it can be done; none where it can't."""
        found = [listed for listed in runs if self.fits(listed)]
        return found if self.least <= len(found) and len(runs) <= self.most else []

    def binding(self, is_shown: bool) -> Binding:
        """Its key."""
        return Binding(
            self.key,
            f"deed('{self.name}')",
            self.words,
            show=is_shown,
            id=f"runs.{self.name}",
            tooltip=self.tooltip,
        )


def _in(*states: str) -> Callable[[ListedRun], bool]:
    return lambda listed: listed.overview is not None and listed.overview.state in states


def _each(words: str) -> Callable[[Runs], str]:
    """A command that takes one run, once for each."""
    return lambda runs: " && ".join(
        f"workbench {words} {shlex.quote(listed.name)}" for listed in runs
    )


def _all(words: str) -> Callable[[Runs], str]:
    """A command that takes all runs."""
    return lambda runs: f"workbench {words} {shlex.join(listed.name for listed in runs)}"


def _any(listed: ListedRun) -> bool:
    return listed.overview is not None


def train_command(listed: ListedRun, values: Sequence[str] = (), *, queue: bool = False) -> str:
    """What trains a run's plan again with other values, each as KEY=VALUE."""
    words = ["workbench", "train", path_there(listed.run.plan)]
    for value in values:
        words += ["--set", value]
    return shlex.join([*words, "--queue"] if queue else words)


def rename_command(name: str, new_name: str) -> str:
    """What renames a run."""
    return shlex.join(["workbench", "runs", "rename", name, new_name])


def note_command(runs: Runs, text: str) -> str:
    """What notes something for each run."""
    return " && ".join(
        shlex.join(["workbench", "runs", "note", listed.name, text]) for listed in runs
    )


def move_command(name: str, place: int) -> str:
    """What moves a run in the queue."""
    return f"workbench queue move {shlex.quote(name)} {place}"


def _moved(by: int) -> Callable[[Runs], str]:
    return lambda runs: move_command(runs[0].name, max(1, (runs[0].place or 1) + by))


ACTIONS = (
    RunAction("compare", "c", "compare", "Compare the marked runs.", _any, _all("compare"), 2),
    RunAction(
        "repeat",
        "n",
        "repeat",
        "Train the run's plan again, with other values if you like.",
        _any,
        lambda runs: train_command(runs[0]),
        most=1,
    ),
    RunAction(
        "pause", "p", "pause", "Pause after the batch.", _in("starting", "running"), _each("pause")
    ),
    RunAction(
        "resume",
        "p",
        "resume",
        "Go on, from the latest checkpoint if the worker is gone.",
        _in("paused", "stopped", "failed", "interrupted"),
        _each("resume --detach"),
    ),
    RunAction(
        "start",
        "p",
        "start",
        "Start it now, before its turn.",
        _in("queued"),
        _each("resume --detach"),
    ),
    RunAction(
        "stop",
        "s",
        "stop",
        "Stop with a checkpoint.",
        _in("starting", "running", "paused"),
        _each("stop"),
    ),
    RunAction(
        "delete",
        "d",
        "delete",
        "Move to the trash.",
        _in(*_ENDED, "queued"),
        _all("runs delete"),
    ),
    RunAction(
        "note",
        "N",
        "note",
        "Write a note.",
        _any,
        lambda runs: note_command(runs, "TEXT"),
    ),
    RunAction(
        "rename",
        "R",
        "rename",
        "Give it another name.",
        _in(*_ENDED, "queued"),
        lambda runs: rename_command(runs[0].name, "NAME"),
        most=1,
    ),
    RunAction(
        "earlier", "K", "earlier", "One place up the queue.", _in("queued"), _moved(-1), most=1
    ),
    RunAction("later", "J", "later", "One place down the queue.", _in("queued"), _moved(1), most=1),
    RunAction(
        "cancel", "x", "cancel", "Take it out of the queue.", _in("queued"), _each("queue cancel")
    ),
)
OPEN_COMMAND = _each("attach")
COMPARE = ACTIONS[0]
