"""An evaluation in words: the headline, the classes and the calibration."""

from textual.content import Content

from workbench.core.checkpoints import Checkpoint
from workbench.core.evaluation import (
    EvaluationResult,
    ItemFilter,
    RegressionErrors,
    most_confused,
    select,
)
from workbench.core.text import printable
from workbench.core.units import percent_text
from workbench.tui.figures import loss_text
from workbench.tui.screens.predict.models import Model
from workbench.tui.widgets.bars import bar
from workbench.tui.widgets.picture_grid import cut

_NAME = 12
_CLASS_WORDS, _LONGEST_BAR = 51, 20


def title(model: Model) -> Content:
    """The run, and what it was evaluated on; a sample is named so."""
    words = Content.styled(printable(model.run.name), "bold")
    if model.result is not None:
        words += Content.styled(f"  {printable(model.result.dataset)} {model.split}", "$muted")
        if model.result.is_sample:
            words += Content.styled("  SAMPLE", "bold $warning")
    return words


def headline(model: Model, now: int | None) -> list[Content]:
    """Two lines: what it is, and how good it is; ``now`` is the step of a live run."""
    result = model.result
    what = _checkpoint(model.checkpoint) if model.checkpoint else _live(result, now)
    if result is not None:
        what += Content.styled(f" · {result.size:,} items ({printable(result.source)})", "$muted")
    return [what, numbers(result) if result else Content.styled("not evaluated yet", "$muted")]


def _checkpoint(checkpoint: Checkpoint) -> Content:
    manifest = checkpoint.manifest
    trained = f"after epoch {manifest.epoch}" + (f"+{manifest.batch}" if manifest.batch else "")
    return Content.assemble(
        (printable(checkpoint.name), "bold"), (f"  {trained}, {manifest.step:,} steps", "$muted")
    )


def _live(result: EvaluationResult | None, now: int | None) -> Content:
    """A live run's model; an evaluation is of the step that it had then."""
    words = Content.styled("live model", "bold")
    step = result.step if result is not None else now
    if step is not None:
        words += Content.styled(f"  after {step:,} steps", "$muted")
    if result is not None and now is not None and now != result.step:
        words += Content.styled(f", now {now:,}: e evaluates it anew", "$warning")
    return words


def numbers(result: EvaluationResult) -> Content:
    """Accuracy and loss, and what else tells how good it is."""
    if result.errors is not None:
        named = (("MAE", result.errors.mae), ("MSE", result.errors.mse))
        measured = [(name, f"{value:.6g}") for name, value in named]
        measured.append(("loss", loss_text(float(result.loss))))
        return Content("  ").join(
            Content.assemble((f"{name} ", "$muted"), (text, "bold")) for name, text in measured
        )
    parts = [
        Content.assemble(
            ("accuracy ", "$muted"), (percent_text(result.accuracy), "bold $secondary")
        ),
        Content.assemble(("loss ", "$muted"), (loss_text(float(result.loss)), "bold")),
    ]
    if len(result.top_k) >= 3:
        parts.append(Content.assemble(("top-3 ", "$muted"), percent_text(result.top_k[2])))
    if result.macro is not None:
        parts.append(Content.assemble(("F1 ", "$muted"), f"{result.macro.f1:.3f}"))
    parts.append(Content.assemble(("ECE ", "$muted"), percent_text(result.calibration_error)))
    return Content("  ").join(parts)


def cell_words(result: EvaluationResult, actual: int, predicted: int) -> Content:
    """The cell of the confusion matrix in words."""
    count, total = result.confusion[actual][predicted], sum(result.confusion[actual])
    names = [printable(name) for name in result.classes]
    share = percent_text(count / total) if total else "–"
    if actual == predicted:
        sign, words, color = "✓", f"{names[actual]} taken for what it is", "$success"
    else:
        sign, words, color = "✗", f"{names[actual]} taken for {names[predicted]}", "$error"
    return Content.assemble(
        (f"{sign} ", color), (words, "bold"), f": {count:,} ", (f"of {total:,}, {share}", "$muted")
    )


def class_lines(result: EvaluationResult, width: int) -> list[Content]:
    """Precision, recall and F1 of each class, with a bar where there is room for one."""
    room = max(0, min(_LONGEST_BAR, width - _CLASS_WORDS))
    head = f"{'class':<{_NAME}}  precision  recall      F1   items"
    return [
        Content.styled(head, "$muted"),
        *(
            Content.assemble(
                cut(printable(item.name), _NAME),
                f"  {item.precision:>9.3f}  {item.recall:>6.3f}  {item.f1:>6.3f}",
                (f"  {item.support:>6,}  ", "$muted"),
                (bar(item.f1, room) if room > 1 else "", "$primary"),
            )
            for item in result.per_class
        ),
    ]


def error_lines(errors: RegressionErrors) -> list[Content]:
    """How far off each value of a regression is."""
    head = f"{'target':<{_NAME}}       MAE       MSE  mean error     R²"
    return [
        Content.styled(head, "$muted"),
        *(
            Content.assemble(
                (cut(printable(item.name), _NAME), "bold"),
                f"  {float(item.mae):>8.4g}  {float(item.mse):>8.4g}  {float(item.bias):>10.4g}",
                "      –" if item.r2 is None else f"  {float(item.r2):>5.3f}",
            )
            for item in errors.targets
        ),
    ]


def far_lines(result: EvaluationResult, limit: int) -> list[Content]:
    """The items that are farthest off, each with its value that is the farthest."""
    names = [item.name for item in result.errors.targets] if result.errors is not None else []
    has_names = len(names) > 1
    head = f"{'item':>7}  {'predicted':>11}  {'actual':>11}  {'difference':>11}"
    lines = [
        Content.styled("largest errors", "$muted"),
        Content.styled(head + ("  target" if has_names else ""), "$muted"),
    ]
    for index in select(result, ItemFilter(order="most-wrong"))[:limit]:
        said = [float(value) for value in result.items.outputs[index]]
        true = result.items.targets[index]
        off = [one - other for one, other in zip(said, true, strict=True)]
        at = max(range(len(off)), key=lambda target: _size(off[target]))
        line = Content.assemble(
            (f"{index:>7,}", "$muted"),
            f"  {said[at]:>11.5g}  {true[at]:>11.5g}  ",
            (f"{off[at]:>+11.4g}", "bold"),
        )
        name = cut(printable(names[at]), _NAME) if has_names else ""
        lines.append(line + Content.styled(f"  {name}", "$muted"))
    return lines


def _size(difference: float) -> float:
    """How large it is; what is no number counts as the largest."""
    return abs(difference) if difference == difference else float("inf")


def calibration_lines(result: EvaluationResult) -> list[Content]:
    """How often it is right where it is so sure."""
    lines = [Content.styled("confidence   right                          items", "$muted")]
    for item in result.calibration:
        if not item.count:
            continue
        lines.append(
            Content.assemble(
                (f"{100 * item.lower:>3.0f}–{100 * item.upper:.0f}%".ljust(11), "$muted"),
                f"{percent_text(item.accuracy):>7}  ",
                (bar(item.accuracy, 20), "$secondary"),
                (f"  {item.count:>6,}", "$muted"),
            )
        )
    return lines


def mistake_lines(result: EvaluationResult, limit: int) -> list[Content]:
    """The most frequent mistakes."""
    lines = [Content.styled("most frequent mistakes", "$muted")]
    for item in most_confused(result, limit):
        actual, predicted = result.classes[item.actual], result.classes[item.predicted]
        words = f"{printable(actual)} → {printable(predicted)}"
        lines.append(Content.assemble((f"{item.count:>6,}  ", "bold"), words))
    return lines if len(lines) > 1 else [Content.styled("no mistakes", "$success")]
