"""Which items the grid shows, in words and as pictures."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace

from textual.content import Content

from workbench.api.events import SamplesPredicted
from workbench.core.evaluation import EvaluationResult, ItemFilter, select
from workbench.core.evaluation.filtering import Order, Outcome
from workbench.core.text import printable

_OUTCOMES: dict[Outcome, Outcome] = {"any": "wrong", "wrong": "right", "right": "any"}
_ORDERS: dict[Order, Order] = {
    "stored": "most-wrong",
    "most-wrong": "least-sure",
    "least-sure": "stored",
}
_ORDER_WORDS = {"stored": "", "most-wrong": "most wrong first", "least-sure": "least sure first"}


@dataclass(frozen=True)
class Shown:
    """The items of an evaluation that match a filter, in its order."""

    result: EvaluationResult
    wanted: ItemFilter
    indices: tuple[int, ...]

    @classmethod
    def of(cls, result: EvaluationResult, wanted: ItemFilter) -> "Shown":
        """Those that match."""
        return cls(result, wanted, select(result, wanted))

    def words(self) -> Content:
        """The filter in words."""
        names, wanted = self.result.classes, self.wanted
        parts = []
        if self.result.errors is not None:
            parts.append("all items")
        elif wanted.actual is not None and wanted.predicted is not None:
            actual, predicted = names[wanted.actual], names[wanted.predicted]
            parts.append(f"{printable(actual)} → {printable(predicted)}")
        elif wanted.actual is not None:
            parts.append(printable(names[wanted.actual]))
        else:
            parts.append("all classes")
        if wanted.outcome != "any" and wanted.predicted is None:
            parts.append(f"{'✓' if wanted.outcome == 'right' else '✗'} {wanted.outcome}")
        if _ORDER_WORDS[wanted.order]:
            parts.append(_ORDER_WORDS[wanted.order])
        return Content(" · ").join([Content(part) for part in parts])

    def options(self) -> list[str]:
        """The filter as options of the command line."""
        names, wanted = self.result.classes, self.wanted
        found = []
        if wanted.actual is not None:
            found += ["--class", names[wanted.actual]]
        if wanted.predicted is not None:
            found += ["--predicted", names[wanted.predicted]]
        if wanted.outcome != "any":
            found.append(f"--{wanted.outcome}")
        if wanted.order != "stored":
            found.append(f"--{wanted.order}")
        return found


def shell_line(name: str, split: str, asked: Sequence[str]) -> str:
    """The command that shows it in a shell; ``asked`` has the command's name and its options."""
    verb, *options = asked
    return shlex.join(["workbench", verb, name, "--split", split, *options])


def next_outcome(wanted: ItemFilter) -> ItemFilter:
    """All, then the wrong ones, then the right ones."""
    return replace(wanted, outcome=_OUTCOMES[wanted.outcome], predicted=None)


def next_order(wanted: ItemFilter) -> ItemFilter:
    """As stored, then by loss, then by confidence."""
    return replace(wanted, order=_ORDERS[wanted.order])


def epoch_words(samples: SamplesPredicted, last: int) -> Content:
    """The fixed samples after an epoch, in words."""
    epoch = (samples.epoch or 0) + 1
    if any(item.confidence is None for item in samples.samples):
        return Content.styled(f"after epoch {epoch} of {last + 1}", "bold")
    right = sum(item.predicted == item.actual for item in samples.samples)
    return Content.assemble(
        (f"after epoch {epoch} of {last + 1}", "bold"),
        (f"  {right}/{len(samples.samples)} right", "$muted"),
    )
