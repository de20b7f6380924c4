"""What can be done to a run: when, with which value, and by which command in a shell."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workbench.api.commands import (
    AddNote,
    Command,
    Pause,
    Resume,
    SaveCheckpoint,
    SetEpochs,
    SetLearningRate,
    Stop,
)
from workbench.api.errors import UserError
from workbench.api.options import option, option_fields, parse_text
from workbench.core.config import read_run_document
from workbench.core.plan import find_option
from workbench.core.plugins import Registry
from workbench.tui.run_history import RunHistory
from workbench.tui.session import Session

_LIVE = ("starting", "running", "paused")
_BATCHES = ("starting", "running")
_ENDED = ("stopped", "failed", "interrupted", "completed")


@dataclass(frozen=True)
class _Values:
    """What no plan declares."""

    batches: int = option(100, help="Batches until the pause.", ge=1)
    name: str = option("", help="Name of the checkpoint, which is then never deleted.")
    text: str = option("", help="What is to be remembered.")


_DECLARED = {item.name: item for item in option_fields(_Values)}


@dataclass(frozen=True)
class Intervention:
    """One line of the menu.

    ``key`` names the value that it takes (of the plan, or one of its own); empty for none.
    ``states`` are those of a run to which it can be done; ``words`` what the value is.
    """

    name: str
    title: str
    states: tuple[str, ...]
    shell: Callable[[str, str], str]
    command: Callable[[Any], Command] | None = None
    key: str = ""
    words: str = ""

    def shell_line(self, run: str, text: str) -> str:
        """What does the same in a shell."""
        return self.shell(run, text.strip())


@dataclass(frozen=True)
class RunFacts:
    """What a value is checked against: the run's plan, and how far it came."""

    document: dict[str, Any]
    registry: Registry
    epoch: int
    epochs: int
    is_live: bool

    def value(self, key: str, text: str) -> Any:
        """The typed value as its declaration says. Raises :class:`UserError`."""
        if not text.strip():
            raise UserError("Type a value first.")
        declared = _DECLARED.get(key) or find_option(key, self.document, self.registry)
        if declared is None:
            raise UserError(f"The plan of this run has no {key}.")
        value = parse_text(declared, text.strip(), where=key.removesuffix(declared.name))
        if key == "epochs":
            self._check_epochs(value)
        if key == "name":
            from workbench.core.checkpoints.managing import check_checkpoint_name

            check_checkpoint_name(value)
        return value

    def _check_epochs(self, epochs: int) -> None:
        if self.is_live and epochs < self.epoch + 1:
            raise UserError(f"The run is in epoch {self.epoch + 1} already; that is too few.")
        if not self.is_live and epochs <= self.epochs:
            raise UserError(f"The run has {self.epochs} epochs; more of them make it longer.")


def _plain(words: str) -> Callable[[str, str], str]:
    return lambda run, _: f"workbench {words} {shlex.quote(run)}"


def _with(words: str, flag: str, placeholder: str) -> Callable[[str, str], str]:
    def line(run: str, text: str) -> str:
        value = shlex.quote(text) if text else placeholder
        return " ".join(filter(None, (f"workbench {words} {shlex.quote(run)}", flag, value)))

    return line


INTERVENTIONS = (
    Intervention("pause", "Pause after this batch", _BATCHES, _plain("pause"), lambda _: Pause()),
    Intervention("go-on", "Go on", ("paused",), _plain("resume"), lambda _: Resume()),
    Intervention(
        "pause-after",
        "Pause after some batches",
        _LIVE,
        _with("pause", "--after", "N"),
        lambda value: Pause(batches=value),
        "batches",
        "batches",
    ),
    Intervention(
        "resume",
        "Resume from its latest checkpoint",
        ("stopped", "failed", "interrupted"),
        _plain("resume"),
    ),
    Intervention("stop", "Stop with a checkpoint", _LIVE, _plain("stop"), lambda _: Stop()),
    Intervention(
        "stop-at-epoch-end",
        "Stop at the end of the epoch",
        _LIVE,
        _plain("stop --at-epoch-end"),
        lambda _: Stop(at_epoch_end=True),
    ),
    Intervention(
        "learning-rate",
        "Change the learning rate",
        _LIVE,
        _with("change", "--learning-rate", "RATE"),
        lambda value: SetLearningRate(learning_rate=value),
        "optimizer.lr",
        "learning rate",
    ),
    Intervention(
        "epochs",
        "Change the number of epochs",
        _LIVE,
        _with("change", "--epochs", "N"),
        lambda value: SetEpochs(epochs=value),
        "epochs",
        "epochs in all",
    ),
    Intervention(
        "extend",
        "Train more epochs",
        _ENDED,
        _with("resume", "--epochs", "N"),
        None,
        "epochs",
        "epochs in all",
    ),
    Intervention(
        "checkpoint",
        "Save a checkpoint with a name",
        ("running", "paused"),
        _with("checkpoint", "--name", "NAME"),
        lambda value: SaveCheckpoint(name=value),
        "name",
        "name",
    ),
    Intervention("tensors", "Look into its tensors", ("paused",), _plain("tensors")),
    Intervention(
        "note",
        "Write a note",
        (*_LIVE, *_ENDED),
        _with("runs note", "", "TEXT"),
        lambda value: AddNote(text=value),
        "text",
        "note",
    ),
)


def interventions_for(state: str) -> tuple[Intervention, ...]:
    """What can be done to a run in this state."""
    return tuple(item for item in INTERVENTIONS if state in item.states)


def resume_or_train(shell: str) -> tuple[Intervention, ...]:
    """What to train while an unfinished run is open: the rest of it, or a new one."""
    resume = next(item for item in INTERVENTIONS if item.name == "resume")
    return (resume, Intervention("train", "Train the plan as a new run", (), lambda *_: shell))


def run_facts(session: Session, history: RunHistory) -> RunFacts | None:
    """What values for this run are checked against; ``None`` while the plugins load."""
    if session.registry is None:
        return None
    seen = history.overview
    document = read_run_document(history.run.plan)
    return RunFacts(document, session.registry, seen.epoch, seen.epochs, seen.is_live)
