"""The chosen dataset in some lines."""

from collections.abc import Sequence
from typing import Any

from textual.content import Content

from workbench.api.specs import DatasetSpec
from workbench.core.data import DataStatus
from workbench.core.data.summary import DatasetSummary
from workbench.core.text import printable

STATES = {
    "full": ("●", "full", "$success"),
    "unverified": ("◌", "unverified", "$success"),
    "sample": ("◐", "SAMPLE", "$warning"),
    "missing": ("○", "not there", "$error"),
    "own": ("◇", "your files", "$muted"),
    "made": ("●", "made", "$success"),
}


def state_words(status: DataStatus | None) -> Content:
    """Whether the dataset is there, with a sign."""
    if status is None:
        return Content.styled("…", "$muted")
    sign, words, color = STATES[status.state]
    return Content.styled(f"{sign} {words}", color)


def facts(spec: DatasetSpec, summary: DatasetSummary | None) -> list[Content]:
    """The lines, what matters most first."""
    lines = [_kind(spec), _values(spec, summary), _sizes(spec, summary)]
    lines.append(Content.styled(printable(spec.description), "$muted"))
    about = [text for text in (spec.licence, spec.homepage) if text]
    return [*lines, *(Content.styled(printable(text), "$muted") for text in about)]


def title(spec: DatasetSpec, summary: DatasetSummary | None) -> Content:
    """Its name, and whether this is a sample of it."""
    name = Content.styled(printable(spec.title), "bold")
    if summary is not None and summary.is_sample:
        name += Content.styled("  SAMPLE", "bold $warning")
    return name


def source(status: DataStatus | None, summary: DatasetSummary | None) -> Content:
    """Where it came from."""
    words = summary.source if summary else status.source if status else ""
    return Content.styled(printable(words), "$muted")


def own_path(options: Sequence[tuple[str, Any]]) -> Content | None:
    """Where a person's own files are, if the options say it."""
    path = dict(options).get("path")
    return Content.styled(printable(str(path)), "$muted") if path else None


def _kind(spec: DatasetSpec) -> Content:
    shape = "×".join(str(side) for side in spec.shape)
    of = f"{spec.kind}s of {shape}" if spec.kind == "image" else f"{spec.kind}s of {shape} values"
    if not spec.shape:
        # Short, since it is to be read on the narrowest screen.
        return Content.assemble((f"{spec.kind}s", "bold"), "; set by options")
    if spec.task == "regression":
        names = printable(", ".join(spec.targets[:3])) + (" …" if len(spec.targets) > 3 else "")
        return Content.assemble(("regression", "bold"), f" of {names} from {of}")
    return Content.assemble((f"{len(spec.classes)} classes", "bold"), f" of {of}")


def _values(spec: DatasetSpec, summary: DatasetSummary | None) -> Content:
    """The range as stored, and as a model gets it."""
    stored = Content(printable(spec.dtype))
    if summary is None or not summary.splits:
        return stored
    low = min(split.minimum for split in summary.splits)
    high = max(split.maximum for split in summary.splits)
    stored += Content.assemble(" ", (f"{low:g}…{high:g}", "bold"), (" → ", "$accent"))
    if is_scaled(spec):
        return stored + Content.assemble(
            "float32 ", (f"{low / 255:.2g}…{high / 255:.2g}", "bold"), (" (÷ 255)", "$muted")
        )
    return stored + Content.assemble("float32 ", (f"{low:g}…{high:g}", "bold"))


def is_scaled(spec: DatasetSpec) -> bool:
    """Whether a model gets the stored values divided by 255."""
    return spec.kind == "image" and spec.dtype == "uint8"


def _sizes(spec: DatasetSpec, summary: DatasetSummary | None) -> Content:
    if summary is None:
        return _counts(dict(spec.sizes))
    counts = _counts({split.name: split.size for split in summary.splits})
    if not summary.is_sample:
        return counts
    return counts + Content.styled(f" of {sum(spec.sizes.values()):,}", "$warning")


def _counts(sizes: dict[str, int]) -> Content:
    parts = [
        Content.assemble((f"{size:,}", "bold"), (f" {printable(name)}", "$muted"))
        for name, size in sizes.items()
    ]
    return Content.styled(" + ", "$muted").join(parts)
