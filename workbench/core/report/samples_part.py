"""Images in a report: the fixed samples through the epochs, and the most wrong items."""

from collections.abc import Sequence

from workbench.api.events import Sample, SamplesPredicted
from workbench.core.report.markup import escaped
from workbench.core.report.png import data_uri
from workbench.core.units import percent_text

_EPOCHS = 12


def epochs_table(epochs: dict[int, SamplesPredicted]) -> str:
    """A row for each sample, a column for each epoch (the first and the last ones)."""
    if not epochs:
        return ""
    shown = _spread(list(epochs))
    by_index = {
        epoch: {sample.index: sample for sample in epochs[epoch].samples} for epoch in shown
    }
    heads = "".join(f"<th>epoch {epoch}</th>" for epoch in shown)
    rows = "".join(
        f"<tr><td>{picture(sample)}</td><td>{escaped(sample.actual)}</td>"
        + "".join(_verdict(by_index[epoch].get(sample.index)) for epoch in shown)
        + "</tr>"
        for sample in epochs[shown[-1]].samples
    )
    return (
        '<div class="wide"><table class="epochs"><thead><tr><th></th><th>actual</th>'
        f"{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _spread(epochs: list[int]) -> list[int]:
    """At most twelve epochs, evenly, with the first and the last."""
    if len(epochs) <= _EPOCHS:
        return epochs
    last = len(epochs) - 1
    return [epochs[round(place * last / (_EPOCHS - 1))] for place in range(_EPOCHS)]


def _verdict(sample: Sample | None) -> str:
    if sample is None:
        return "<td></td>"
    return (
        f"<td>{_mark(sample)} {escaped(sample.predicted)} "
        f'<span class="faint">{_sure(sample)}</span></td>'
    )


def _sure(sample: Sample) -> str:
    return "" if sample.confidence is None else percent_text(sample.confidence)


def _mark(sample: Sample) -> str:
    if sample.confidence is None:  # the values of a regression are near or far, not right
        return ""
    is_right = sample.predicted == sample.actual
    return f'<span class="{"ok" if is_right else "bad"}">{"✓" if is_right else "✗"}</span>'


def picture_grid(samples: Sequence[Sample]) -> str:
    """Items as pictures, with what was said of each and what it is."""
    if not samples:
        return ""
    cards = "".join(
        f"<li>{picture(sample)}<div>{_mark(sample)} {escaped(sample.predicted)} "
        f"{_sure(sample)}</div>"
        f'<div class="faint">is {escaped(sample.actual)}</div>'
        f'<div class="faint">item {sample.index}</div></li>'
        for sample in samples
    )
    return f'<ul class="pictures">{cards}</ul>'


def picture(sample: Sample) -> str:
    """An item's image; empty for a vector."""
    address = data_uri(sample.shape, sample.pixels)
    text = escaped(f"item {sample.index}, {sample.actual}")
    return f'<img src="{address}" alt="{text}">' if address else ""
