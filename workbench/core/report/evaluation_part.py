"""The evaluation in a report: each class, the confusion matrix, calibration."""

from workbench.core.evaluation import EvaluationResult, RegressionErrors
from workbench.core.report.markup import escaped, paragraph, section, table
from workbench.core.units import percent_text

_MOST_CLASSES = 40


def evaluation_sections(result: EvaluationResult) -> str:
    """All sections of one evaluation."""
    where = f"{result.model} on {result.size:,} {result.split} items of {result.dataset}"
    sample = " (a SAMPLE of the full dataset)" if result.is_sample else ""
    if result.errors is not None:
        return _errors(result, result.errors, f"{where}{sample}")
    told = (
        f"{where}{sample}: accuracy {percent_text(result.accuracy)}, "
        f"average loss {float(result.loss):.6f}."
    )
    shares = ", ".join(f"top {k} {percent_text(s)}" for k, s in enumerate(result.top_k, 1))
    return (
        section("Evaluation", paragraph(told), paragraph(f"Among the likeliest: {shares}."))
        + section("Classes", _classes(result))
        + section("Confusion matrix", _confusion(result))
        + section("Calibration", _calibration(result))
    )


def _errors(result: EvaluationResult, errors: RegressionErrors, where: str) -> str:
    told = (
        f"{where}: mean absolute error {errors.mae:.6g}, mean squared error {errors.mse:.6g}, "
        f"average loss {float(result.loss):.6f}."
    )
    rows = [
        (
            item.name,
            *(f"{float(value):.6g}" for value in (item.mae, item.mse, item.bias)),
            "" if item.r2 is None else f"{float(item.r2):.4f}",
        )
        for item in errors.targets
    ]
    head = ("Target", "MAE", "MSE", "Mean error", "R²")
    return section("Evaluation", paragraph(told), table(head, rows))


def _classes(result: EvaluationResult) -> str:
    rows = [
        (i.name, f"{i.precision:.3f}", f"{i.recall:.3f}", f"{i.f1:.3f}", f"{i.support:,}")
        for i in result.per_class
    ]
    macro = result.macro
    if macro is not None:
        size = f"{sum(item.support for item in result.per_class):,}"
        mean = (f"{macro.precision:.3f}", f"{macro.recall:.3f}", f"{macro.f1:.3f}", size)
        rows.append(("mean of the classes", *mean))
    return table(("Class", "Precision", "Recall", "F1", "Items"), rows)


def _confusion(result: EvaluationResult) -> str:
    if len(result.classes) > _MOST_CLASSES:
        return ""
    heads = "".join(f"<th><span>{escaped(name)}</span></th>" for name in result.classes)
    rows = "".join(
        f"<tr><th>{escaped(result.classes[index])}</th>{_cells(result, index)}</tr>"
        for index in range(len(result.classes))
    )
    return (
        "<p>Rows are the actual classes, columns the predicted ones; a cell is the stronger, the "
        "larger its share of the row.</p>"
        f'<div class="wide"><table class="matrix"><thead><tr><th></th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _cells(result: EvaluationResult, actual: int) -> str:
    row = result.confusion[actual]
    size = sum(row) or 1
    cells = []
    for predicted, count in enumerate(row):
        kind = "right" if predicted == actual else "wrong"
        strength = round(75 * (count / size) ** 0.5)
        title = f"{result.classes[actual]} taken for {result.classes[predicted]}: {count:,}"
        cells.append(
            f'<td class="{kind}" style="--strength:{strength}%" title="{escaped(title)}">'
            f"{count or '·'}</td>"
        )
    return "".join(cells)


def _calibration(result: EvaluationResult) -> str:
    told = (
        "How often a prediction of a confidence is right; the mean gap (expected calibration "
        f"error) is {result.calibration_error:.3f}."
    )
    rows = [
        (
            f"{percent_text(item.lower)} to {percent_text(item.upper)}",
            f"{item.count:,}",
            percent_text(item.confidence),
            percent_text(item.accuracy),
            f"{100 * (item.accuracy - item.confidence):+.1f}",
        )
        for item in result.calibration
        if item.count
    ]
    head = ("Confidence", "Items", "Mean confidence", "Right", "Gap, points")
    return paragraph(told) + table(head, rows)
