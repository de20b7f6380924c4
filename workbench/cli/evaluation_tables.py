"""An evaluation on a terminal: metrics of each class, the confusion matrix, calibration."""

from collections.abc import Sequence

import click

from workbench.cli.output import print_table, say
from workbench.cli.pictures import Colors, background
from workbench.core.evaluation import EvaluationResult, RegressionErrors, most_confused
from workbench.core.text import display_width, printable
from workbench.core.units import percent_text

_RIGHT, _WRONG = (20, 120, 90), (190, 70, 40)
_RESET = "\x1b[0m"


def print_comparison(results: Sequence[EvaluationResult]) -> None:
    """Several models side by side: the summary, and F1 of each class where they have the same."""
    classifiers = [item for item in results if item.errors is None]
    if len(classifiers) < len(results):
        _compare_errors([item for item in results if item.errors is not None])
    if classifiers:
        _compare_classifiers(classifiers)


def _compare_errors(results: Sequence[EvaluationResult]) -> None:
    print_table(
        ("MODEL", "STEP", "SPLIT", "ITEMS", "MAE", "MSE", "LOSS"),
        [
            (*_what(item), f"{item.errors.mae:.6g}", f"{item.errors.mse:.6g}", _loss(item))
            for item in results
            if item.errors is not None
        ],
    )


def _compare_classifiers(results: Sequence[EvaluationResult]) -> None:
    print_table(
        ("MODEL", "STEP", "SPLIT", "ITEMS", "ACCURACY", "LOSS", "F1", "TOP 3", "CALIBRATION"),
        [_summary(item) for item in results],
    )
    first = results[0]
    if all(item.classes == first.classes for item in results):
        say()
        print_table(
            ("F1 OF CLASS", *(item.model for item in results)),
            [
                (name, *(f"{item.per_class[index].f1:.3f}" for item in results))
                for index, name in enumerate(first.classes)
            ],
        )


def _summary(item: EvaluationResult) -> tuple[str, ...]:
    return (
        *_what(item),
        percent_text(item.accuracy),
        _loss(item),
        f"{item.macro.f1:.3f}" if item.macro else "",
        percent_text(item.top_k[min(3, len(item.top_k)) - 1]),
        f"{item.calibration_error:.3f}",
    )


def _what(item: EvaluationResult) -> tuple[str, ...]:
    split = f"{item.split} (sample)" if item.is_sample else item.split
    return item.model, str(item.step), split, f"{item.size:,}"


def _loss(item: EvaluationResult) -> str:
    return f"{float(item.loss):.6f}"


def print_in_full(result: EvaluationResult, colors: Colors, width: int) -> None:
    """All tables of one evaluation."""
    if result.errors is not None:
        _print_errors(result.errors)
        return
    _print_classes(result)
    say()
    shares = (f"top {k}: {percent_text(share)}" for k, share in enumerate(result.top_k, 1))
    say(f"Among the likeliest  {'   '.join(shares)}")
    say()
    _print_confusion(result, colors, width)
    say()
    _print_calibration(result)


def _print_errors(errors: RegressionErrors) -> None:
    print_table(
        ("TARGET", "MAE", "MSE", "MEAN ERROR", "R2"),
        [
            (
                item.name,
                *(f"{float(value):.6g}" for value in (item.mae, item.mse, item.bias)),
                "" if item.r2 is None else f"{float(item.r2):.4f}",
            )
            for item in errors.targets
        ],
    )


def _print_classes(result: EvaluationResult) -> None:
    rows = [
        (item.name, *_three(item.precision, item.recall, item.f1), f"{item.support:,}")
        for item in result.per_class
    ]
    macro = result.macro
    if macro is not None:
        size = f"{sum(item.support for item in result.per_class):,}"
        rows.append(("mean of the classes", *_three(macro.precision, macro.recall, macro.f1), size))
    print_table(("CLASS", "PRECISION", "RECALL", "F1", "ITEMS"), rows)


def _three(*values: float) -> tuple[str, ...]:
    return tuple(f"{value:.3f}" for value in values)


def _print_confusion(result: EvaluationResult, colors: Colors, width: int) -> None:
    lines = confusion_lines(result, colors)
    if display_width(confusion_lines(result, "none")[0]) <= width:
        for line in lines:
            click.echo(line)  # made of escapes, numbers and names that are printable
        say()
    rows = [
        (result.classes[item.actual], result.classes[item.predicted], f"{item.count:,}")
        for item in most_confused(result, 5)
    ]
    if rows:
        print_table(("MOST CONFUSED: ACTUAL", "PREDICTED", "ITEMS"), rows)
    else:
        say("No item is classified wrong.")


def confusion_lines(result: EvaluationResult, colors: Colors) -> list[str]:
    """The confusion matrix: a row for each actual class, a numbered column for each predicted.

    In colour a cell is the stronger, the larger its share of the row.
    """
    names = [printable(name) for name in result.classes]
    last = len(names) - 1
    labels = [f"{index:>{len(str(last))}} {name}" for index, name in enumerate(names)]
    head = "actual \\ predicted"
    left = max(display_width(text) for text in (head, *labels))
    cell = max(len(str(count)) for row in result.confusion for count in (*row, last)) + 1
    lines = [_filled(head, left) + "".join(f"{index:>{cell}}" for index in range(last + 1))]
    for index, (label, row) in enumerate(zip(labels, result.confusion, strict=True)):
        shown = [
            _cell(f"{count:>{cell}}", count / (sum(row) or 1), index == column, colors)
            for column, count in enumerate(row)
        ]
        lines.append(_filled(label, left) + "".join(shown))
    return lines


def _filled(text: str, width: int) -> str:
    return text + " " * (width - display_width(text))


def _cell(text: str, share: float, is_right: bool, colors: Colors) -> str:
    if colors == "none" or share < 0.005:
        return text
    red, green, blue = _RIGHT if is_right else _WRONG
    strength = 0.35 + 0.65 * share**0.5
    shade = (round(red * strength), round(green * strength), round(blue * strength))
    return f"{background(shade, colors)}\x1b[97m{text}{_RESET}"


def _print_calibration(result: EvaluationResult) -> None:
    say(
        f"Calibration: how often a prediction of a confidence is right (mean gap "
        f"{result.calibration_error:.3f})"
    )
    rows = [
        (
            f"{percent_text(item.lower)} to {percent_text(item.upper)}",
            f"{item.count:,}",
            percent_text(item.confidence),
            percent_text(item.accuracy),
            "█" * round(20 * item.accuracy),
        )
        for item in result.calibration
        if item.count
    ]
    print_table(("CONFIDENCE", "ITEMS", "MEAN", "RIGHT", ""), rows)
