"""The page of a report."""

import time
from collections.abc import Iterator
from importlib.resources import files

from workbench import __version__
from workbench.api.events import NoteAdded
from workbench.core.checkpoints import Checkpoint
from workbench.core.report.chart import Curve, averaged, chart
from workbench.core.report.evaluation_part import evaluation_sections
from workbench.core.report.gathering import RunReport
from workbench.core.report.markup import escaped, escaped_lines, paragraph, section, table
from workbench.core.report.samples_part import epochs_table, picture_grid
from workbench.core.units import bytes_text, duration_text, percent_text

_NOTHING_ELSE = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def render(report: RunReport) -> str:
    """The whole file."""
    style = (files("workbench.core.report") / "page.css").read_text(encoding="utf-8")
    name = escaped(report.overview.name)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_NOTHING_ELSE}">\n'
        f"<title>{name}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        + "\n".join(part for part in _parts(report) if part)
        + "\n</body>\n</html>\n"
    )


def _parts(report: RunReport) -> Iterator[str]:
    yield _header(report)
    yield section("Curves", _curves(report))
    if report.evaluation is not None:
        yield evaluation_sections(report.evaluation)
    elif report.problem:
        yield section("Evaluation", paragraph(f"There is none: {report.problem}"))
    yield section("Most wrong", picture_grid(report.worst))
    yield section("Samples after each epoch", epochs_table(report.epochs))
    yield section("Notes and warnings", _notes(report))
    yield section("Checkpoints", _checkpoints(report))
    yield section("Model", _model(report))
    yield section("Plan", f"<pre>{escaped_lines(report.plan)}</pre>")
    yield section("Versions", _versions(report))


def _header(report: RunReport) -> str:
    seen = report.overview
    label = ' <span class="label">SAMPLE of the dataset</span>' if seen.is_sample else ""
    began = _moment(seen.started) if seen.started else "never"
    tiles = "".join(
        f"<li><b>{escaped(value)}</b>{escaped(name)}</li>" for name, value in _tiles(report)
    )
    error = paragraph(f"It failed: {seen.error}") if seen.error else ""
    return (
        f"<header><h1>{escaped(seen.name)}</h1><p>{escaped(report.title)}{label}</p>"
        f'<p class="faint">{escaped(seen.state)}; started {escaped(began)}; reported '
        f"{escaped(_moment(time.time()))}</p>{error}"
        f'<ul class="tiles">{tiles}</ul></header>'
    )


def _tiles(report: RunReport) -> Iterator[tuple[str, str]]:
    seen = report.overview
    if seen.last_accuracy is not None and seen.best_accuracy is not None:
        yield "last test accuracy", percent_text(seen.last_accuracy)
        yield "best test accuracy", percent_text(seen.best_accuracy)
    if seen.last_error is not None:
        yield "last mean absolute error", f"{seen.last_error:.4g}"
        yield (
            "best mean absolute error",
            "–" if seen.best_error is None else f"{seen.best_error:.4g}",
        )
    if report.test_loss:
        yield "last test loss", f"{report.test_loss[-1][1]:.4f}"
    if seen.epochs:
        yield "epochs", f"{len(report.test_loss)} of {seen.epochs}"
    yield "batches", f"{seen.step:,}"
    yield "training and testing", duration_text(report.elapsed_s)
    if report.model is not None:
        yield "parameters", f"{report.model.summary.parameters:,}"
        yield "device", seen.device


def _curves(report: RunReport) -> str:
    parts = [
        chart(
            "Loss",
            "batches",
            (
                Curve("each batch", "raw", report.train_loss),
                Curve("training", "train", averaged(report.train_loss)),
                Curve("test", "test", report.test_loss, has_dots=True),
            ),
        ),
        _test_chart(report),
    ]
    if len({rate for _, rate in report.learning_rate}) > 1:
        rates = Curve("learning rate", "train", report.learning_rate)
        parts.append(chart("Learning rate", "batches", (rates,)))
    inside = "".join(parts)
    return f'<div class="charts">{inside}</div>' if inside else ""


def _test_chart(report: RunReport) -> str:
    if report.error:
        errors = Curve("test", "test", report.error, has_dots=True)
        return chart("Mean absolute error of the test", "batches", (errors,))
    accuracies = Curve("test", "test", report.accuracy, has_dots=True)
    return chart("Test accuracy", "batches", (accuracies,), percent=True)


def _notes(report: RunReport) -> str:
    rows = [
        (_moment(item.time), "note", item.text)
        if isinstance(item, NoteAdded)
        else (_moment(item.time), "warning", item.message)
        for item in report.notes
    ]
    return table(("Time", "What", "Text"), rows, numbers_from=3) if rows else ""


def _checkpoints(report: RunReport) -> str:
    rows = [
        (
            item.name,
            item.manifest.step,
            _loss(item) if report.error else percent_text(item.manifest.metrics.accuracy),
            bytes_text(item.manifest.size_bytes),
            item.manifest.reason,
        )
        for item in report.checkpoints
    ]
    head = ("Name", "Step", "Loss" if report.error else "Accuracy", "Size", "Why")
    return table(head, rows) if rows else ""


def _loss(item: Checkpoint) -> str:
    loss = item.manifest.metrics.loss
    return "–" if loss is None else f"{float(loss):.6f}"


def _model(report: RunReport) -> str:
    if report.model is None:
        return ""
    summary = report.model.summary
    rows = [
        (
            layer.name,
            layer.kind,
            "x".join(map(str, layer.output_shape)),
            f"{layer.parameters:,}",
            f"{layer.trainable:,}",
        )
        for layer in summary.layers
    ]
    head = ("Layer", "Kind", "Output", "Parameters", "Trainable")
    return table(head, rows, numbers_from=2)


def _versions(report: RunReport) -> str:
    rows = [("reported with workbench", __version__)]
    if report.started is not None:
        rows += [("workbench", report.started.workbench), *sorted(report.started.versions.items())]
        rows.append(("host", report.started.host))
    if report.data is not None:
        rows.append(("data", f"{report.data.dataset} ({report.data.source})"))
    return table(("What", "Version"), rows, numbers_from=2)


def _moment(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))
