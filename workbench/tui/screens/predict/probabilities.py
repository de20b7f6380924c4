"""The probabilities of the classes as bars, and items of a test as pictures."""

from collections.abc import Sequence

from textual.content import Content

from workbench.api.events import Sample
from workbench.api.formats import values_text
from workbench.core.evaluation import EvaluationResult
from workbench.core.images import decode_image, fit
from workbench.core.text import printable
from workbench.core.units import percent_text
from workbench.tui.widgets.bars import bar
from workbench.tui.widgets.picture_grid import Caption, Picture, cut

_NAME = 11
_MOST_SIDE = 64
_LINE = 16


def probability_lines(
    names: Sequence[str],
    probabilities: Sequence[float],
    *,
    predicted: str,
    actual: str = "",
    width: int = 12,
    limit: int = 12,
) -> list[Content]:
    """The likeliest classes first; the predicted and the actual one have a sign."""
    order = sorted(range(len(probabilities)), key=lambda index: -probabilities[index])
    lines = []
    for index in order[:limit]:
        name, share = names[index], probabilities[index]
        sign = "▸" if name == predicted else " "
        color = "$primary"
        if actual and name == actual:
            sign, color = "✓", "$success"
        elif actual and name == predicted:
            sign, color = "✗", "$error"
        lines.append(
            Content.assemble(
                (f"{sign} ", f"bold {color}"),
                (cut(printable(name), _NAME), "bold" if name == predicted else ""),
                " ",
                (bar(share if share >= 0.005 else 0, width), color),
                f" {percent_text(share):>6}",
            )
        )
    return lines


def verdict(predicted: str, actual: str) -> tuple[Caption, Caption]:
    """Right or wrong, with a sign; and of a wrong one, what it is."""
    if predicted == actual:
        return (f"✓ {predicted}", "success"), ("", "muted")
    return (f"✗ {predicted}", "error"), (f"is {actual}", "foreground")


def values_words(predicted: str, actual: str) -> tuple[Caption, Caption]:
    """What a regression says, which is near or far and not right, and what is."""
    return (f"≈ {predicted}", "foreground"), (f"is {actual}", "muted")


def confidence(share: float | None, width: int = 6) -> Caption:
    """How sure, as a bar with a number; nothing for a regression."""
    if share is None:
        return "", "muted"
    return f"{bar(share, width)} {100 * share:3.0f}%", "muted"


def blank_picture(result: EvaluationResult, index: int) -> Picture:
    """An item before its image was read."""
    items, names = result.items, result.classes
    if result.errors is not None:
        targets = [item.name for item in result.errors.targets]
        outputs = [float(value) for value in items.outputs[index]]
        words = [values_text(values, targets) for values in (outputs, items.targets[index])]
        return Picture(None, values_words(*words))
    said, true = verdict(names[items.predicted[index]], names[items.actual[index]])
    return Picture(None, (said, confidence(items.confidence[index]), true))


def sample_line(sample: Sample) -> Picture:
    """An item that has no image, as a line."""
    if sample.confidence is None:
        line = f"{sample.index:>7}  ≈ {sample.predicted:<{_LINE}}is {sample.actual}"
        return Picture(None, ((line, "foreground"),))
    words, color = verdict(sample.predicted, sample.actual)[0]
    rest = "" if sample.predicted == sample.actual else f"is {sample.actual}"
    line = f"{sample.index:>7}  {words:<{_LINE}}{rest:<{_LINE}}{confidence(sample.confidence)[0]}"
    return Picture(None, ((line, color),))


def sample_picture(sample: Sample) -> Picture:
    """An item with its image."""
    image = decode_image(sample.shape, sample.pixels) if sample.pixels else None
    small = fit(image, _MOST_SIDE, _MOST_SIDE // 2) if image else None
    if sample.confidence is None:
        return Picture(small, values_words(sample.predicted, sample.actual))
    said, true = verdict(sample.predicted, sample.actual)
    return Picture(small, (said, confidence(sample.confidence), true))
