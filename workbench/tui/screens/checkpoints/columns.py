"""The columns of the table of checkpoints: what stands in them, and how they sort."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from workbench.core.checkpoints.keeping import Keep
from workbench.core.text import printable
from workbench.core.units import bytes_text, percent_text
from workbench.tui.figures import age_text, loss_text
from workbench.tui.screens.checkpoints.reading import Saved
from workbench.tui.screens.filter_line import has_words
from workbench.tui.widgets.row_list import Column
from workbench.tui.widgets.table_layout import Cell, plain

_LOOKS: dict[Keep, tuple[str, str]] = {
    "best": ("★", "bold $secondary"),
    "protected": ("▣", "bold $accent"),
    "in use": ("●", "bold $success"),
}
_WORD_OF: tuple[Keep, ...] = ("protected", "in use", "best")
_NONE = plain("–", "$muted")
SAMPLE_SIGN = "*"


@dataclass(frozen=True)
class CheckpointColumn:
    """``key`` sorts; ``falls``: the largest comes first unless a person turns it around."""

    column: Column
    cell: Callable[[Saved, float], Cell]
    key: Callable[[Saved], float | str | None]
    falls: bool = True

    @property
    def title(self) -> str:
        """The column's title, which is its name too."""
        return self.column.title


def kept_cell(kept: Mapping[Keep, str]) -> Cell:
    """Why one is kept: a sign for each reason, and the word of the one that weighs most."""
    signs = [_LOOKS[reason] for reason in _LOOKS if reason in kept]
    words = [(f" {reason}", "$muted") for reason in _WORD_OF if reason in kept]
    return (*signs, *words[:1])


def _accuracy(saved: Saved, _: float) -> Cell:
    accuracy = saved.checkpoint.manifest.metrics.accuracy
    if accuracy is None:
        return _NONE
    sample = (SAMPLE_SIGN, "bold $warning") if saved.is_sample else (" ", "")
    return ((percent_text(accuracy), "$secondary"), sample)


def loss_of(saved: Saved) -> float | None:
    """The test loss where it was tested."""
    loss = saved.checkpoint.manifest.metrics.loss
    return None if loss is None else float(loss)


def _loss_key(saved: Saved) -> float | None:
    loss = loss_of(saved)
    return math.inf if loss is not None and math.isnan(loss) else loss


def epochs_trained(saved: Saved) -> str:
    """The epochs that are trained, with the batches of the next one: ``2`` or ``2+150``."""
    manifest = saved.checkpoint.manifest
    return f"{manifest.epoch}+{manifest.batch}" if manifest.batch else str(manifest.epoch)


def _since(saved: Saved) -> float:
    return saved.checkpoint.manifest.created if saved.deleted is None else saved.deleted


def _name(saved: Saved, _: float) -> Cell:
    return plain(printable(saved.name), "bold")


COLUMNS: tuple[CheckpointColumn, ...] = (
    CheckpointColumn(Column("checkpoint", 0), _name, lambda saved: saved.name, falls=False),
    CheckpointColumn(
        Column("kept", 12, rank=2),
        lambda saved, _: kept_cell(saved.kept),
        lambda saved: len(saved.kept) or None,
    ),
    CheckpointColumn(
        Column("why", 8, rank=5),
        lambda saved, _: plain(printable(saved.checkpoint.manifest.reason), "$muted"),
        lambda saved: saved.checkpoint.manifest.reason,
        falls=False,
    ),
    CheckpointColumn(
        Column("epoch", 6, "right", rank=3),
        lambda saved, _: plain(epochs_trained(saved)),
        lambda saved: saved.checkpoint.manifest.epoch,
    ),
    CheckpointColumn(
        Column("step", 7, "right", rank=6),
        lambda saved, _: plain(f"{saved.checkpoint.manifest.step:,}"),
        lambda saved: saved.checkpoint.manifest.step,
    ),
    CheckpointColumn(
        Column("accuracy", 9, "right"),
        _accuracy,
        lambda saved: saved.checkpoint.manifest.metrics.accuracy,
    ),
    CheckpointColumn(
        Column("loss", 7, "right", rank=4),
        lambda saved, _: plain(loss_text(loss_of(saved))),
        _loss_key,
        falls=False,
    ),
    CheckpointColumn(
        Column("size", 8, "right", rank=1),
        lambda saved, _: plain(bytes_text(saved.size_bytes)),
        lambda saved: saved.size_bytes,
    ),
    CheckpointColumn(
        Column("age", 6, "right"), lambda saved, now: plain(age_text(now - _since(saved))), _since
    ),
)
BY_TITLE = {column.title: column for column in COLUMNS}
SORTS = ("age", "accuracy", "loss", "size")


def ordered(saved: Sequence[Saved], title: str, is_turned: bool) -> list[Saved]:
    """The checkpoints by a column; those without a value come last, whichever way it goes."""
    column = BY_TITLE[title]
    if title == "age":  # given from the oldest on, and those of one moment in the right order
        return list(saved) if is_turned else list(reversed(saved))
    having = [item for item in saved if column.key(item) is not None]
    having.sort(key=column.key, reverse=column.falls != is_turned)  # type: ignore[arg-type]
    return having + [item for item in saved if column.key(item) is None]


def matches(saved: Saved, words: Sequence[str]) -> bool:
    """Whether each word is in what the table says of the checkpoint."""
    text = f"{saved.name} {saved.checkpoint.manifest.reason} {' '.join(saved.kept)}"
    return has_words(text, words)
