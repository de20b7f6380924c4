"""What can be done with checkpoints: to which, by which key, and by which command in a shell."""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.binding import Binding

from workbench.core.runs import RunFolder
from workbench.tui.screens.checkpoints.reading import Saved

Meant = Sequence[Saved]


@dataclass(frozen=True)
class CheckpointAction:
    """An action on those that are meant: the marked ones, or the one under the cursor.

    ``command`` is what does the same in a shell. ``least`` have to be meant, and ``most``.
    ``in_trash`` says whether it is about deleted ones.
    """

    name: str
    key: str
    words: str
    tooltip: str
    command: Callable[[Meant], str]
    least: int = 1
    most: int = 1_000_000
    in_trash: bool = False

    def fits(self, meant: Meant) -> bool:
        """Whether it can be done with these."""
        is_right = all(item.is_deleted == self.in_trash for item in meant)
        return is_right and self.least <= len(meant) <= self.most

    def binding(self, is_shown: bool) -> Binding:
        """Its key."""
        return Binding(
            self.key,
            f"deed('{self.name}')",
            self.words,
            show=is_shown,
            id=f"checkpoints.{self.name}",
            tooltip=self.tooltip,
        )


def checkpoints_command(words: str, meant: Meant, *more: str) -> str:
    """A command about these checkpoints."""
    references = (item.reference for item in meant)
    return shlex.join(["workbench", "checkpoints", *words.split(), *references, *more])


def _of(words: str, *more: str) -> Callable[[Meant], str]:
    return lambda meant: checkpoints_command(words, meant, *more)


def protect_command(meant: Meant) -> str:
    """What protects them, or lets them go if all are protected."""
    off = () if protects(meant) else ("--off",)
    return checkpoints_command("protect", meant, *off)


def protects(meant: Meant) -> bool:
    """Whether protecting is what is to be done: one of them is not protected yet."""
    return not all("protected" in item.kept for item in meant)


def train_command(meant: Meant) -> str:
    """What trains a new run from a checkpoint."""
    return shlex.join(["workbench", "train", "--from", meant[0].reference])


def evaluate_command(meant: Meant) -> str:
    """What says how good a checkpoint is."""
    return shlex.join(["workbench", "evaluate", meant[0].reference, "--full"])


def restore_command(meant: Meant) -> str:
    """What brings deleted ones back, one after the other."""
    return " && ".join(checkpoints_command("restore", [item]) for item in meant)


def empty_command(run: str) -> str:
    """What deletes a run's trash for good."""
    return shlex.join(["workbench", "checkpoints", "empty-trash", run])


def _export_command(meant: Meant) -> str:
    return checkpoints_command("export", meant, "FILE")


def _tensors_command(meant: Meant) -> str:
    return shlex.join(["workbench", "tensors", meant[0].reference])


ACTIONS = (
    CheckpointAction(
        "inspect", "i", "inspect", "Layers, weights, histograms.", _of("show", "--weights"), most=1
    ),
    CheckpointAction(
        "tensors", "T", "tensors", "Data, weights and gradients.", _tensors_command, most=1
    ),
    CheckpointAction("begin", "n", "new run", "Train a new run from here.", train_command, most=1),
    CheckpointAction("delete", "d", "delete", "Move to the trash.", _of("delete")),
    CheckpointAction("export", "x", "export", "Write a file.", _export_command, most=1),
    CheckpointAction(
        "compare", "c", "compare", "Metrics and plans of marked ones.", _of("compare"), least=2
    ),
    CheckpointAction("protect", "P", "protect", "Keep, or let go again.", protect_command),
    CheckpointAction("rename", "R", "rename", "Another name.", _of("rename", "NAME"), most=1),
    CheckpointAction("verify", "v", "verify", "Compare files with SHA-256.", _of("verify")),
    CheckpointAction(
        "restore", "u", "restore", "Bring back from the trash.", restore_command, in_trash=True
    ),
)


def command_for(meant: Meant, run: RunFolder | None, *, is_trash: bool) -> str:
    """What shows in a shell what the screen shows."""
    if len(meant) > 1:
        return checkpoints_command("compare", meant)
    if meant and not is_trash:
        return checkpoints_command("show", meant)
    if run is None:
        return ""
    words = ["workbench", "checkpoints", "list", run.name]
    return shlex.join([*words, "--deleted"] if is_trash else words)
