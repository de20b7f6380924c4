"""The checks of what learns two classes or values, and of datasets of those tasks."""

from types import SimpleNamespace

import numpy as np
import pytest

from workbench.api import Evaluation
from workbench.core.scaffold import write_plugin
from workbench.testing import check_plugin
from workbench.testing.lessons import lessons
from workbench.testing.report import Notes
from workbench.testing.trainers import TrainerChecks

REGRESSION = """
from workbench.api import ArraySplit, DatasetSpec, ModelSpec, hookimpl


def load(options):
    import numpy as np

    inputs = np.random.default_rng(0).normal(size=(64, 3)).astype("float32")
    split = ArraySplit(inputs, 2 * inputs[:, :1])
    return {"train": split, "test": split}


def build(dataset, options):
    from torch import nn

    return nn.Linear(3, dataset.num_outputs)


def refuse(dataset, options):
    return None if dataset.task == "regression" and dataset.shape == (3,) else "it takes heights"


about = {"title": "Heights", "description": "Heights."}


@hookimpl
def workbench_datasets():
    sizes = {"train": 64, "test": 64}
    form = {"kind": "vector", "shape": (3,), "dtype": "float32", "targets": ("height",)}
    return [DatasetSpec(name="heights", task="regression", sizes=sizes, load=load, **form, **about)]


@hookimpl
def workbench_models():
    return [ModelSpec(name="line", backend="pytorch", build=build, refuse=refuse, **about)]
"""


@pytest.fixture
def checked(tmp_path):
    """The report of a plugin of a regression, after a text in it was replaced."""
    pytest.importorskip("torch")

    def check(old="", new=""):
        (tmp_path / "heights.py").write_text(REGRESSION.replace(old, new) if old else REGRESSION)
        return check_plugin(tmp_path / "heights.py")

    return check


@pytest.mark.pytorch
def test_a_regression_with_its_own_model_passes(checked):
    report = checked()
    assert report.passed and not report.skipped, str(report)
    assert {"dataset heights", "model line"} <= set(report.checked)


@pytest.mark.pytorch
def test_a_model_of_classes_alone_is_found_with_the_dataset_it_is_for(checked):
    findings = [str(finding) for finding in checked("num_outputs", "num_classes").findings]
    assert findings[0].startswith("dataset heights: with the model line of pytorch the output for ")
    assert findings[1].startswith("model line: regression: its output for 3 items has the shape")


@pytest.mark.pytorch
def test_losses_that_are_no_number_are_found_with_the_dataset(checked):
    (finding,) = checked("2 * inputs", "np.float32(3e38) * inputs.clip(-1, 1)").findings
    assert "its losses with the model line of pytorch are [inf" in str(finding)


@pytest.mark.parametrize(("task", "shape"), [("binary", "(3, 2)"), ("regression", "(3, 0)")])
def test_a_backend_is_tried_with_each_task_that_it_says(task, shape, tmp_path):
    written = write_plugin("mine", "backend", tmp_path)
    backend = written.package / "backend.py"
    title = 'title="Cross-entropy of the logits"'
    text = backend.read_text()
    assert title in text
    backend.write_text(text.replace(title, f'{title}, tasks=("multiclass", "{task}")'))
    (finding,) = check_plugin(written.folder).findings
    assert f"{task}: its output for 3 items has the shape {shape}, but" in str(finding)


@pytest.mark.parametrize(
    ("task", "said", "problem"),
    [
        ("regression", {"correct": None, "mae": 0.5, "mse": 0.5}, None),
        (
            "regression",
            {"correct": 3, "mae": 0.5, "mse": 0.5},
            "regression: evaluate() says that 3",
        ),
        ("regression", {"correct": None, "mse": 0.5}, "says mae=None, but by logits() it is 0.500"),
        ("regression", {"correct": None, "mae": 0.5, "mse": 0.7}, "says mse=0.7, but by logits()"),
        ("binary", {"correct": 32}, None),
        ("binary", {"correct": 64}, "binary: evaluate() says that 64 items are right, but by"),
    ],
)
def test_what_a_test_says_is_compared_with_the_outputs(task, said, problem):
    notes, lesson = Notes(), next(lessons(task))
    width = lesson.info.num_outputs
    trainer = SimpleNamespace(logits=lambda split, items: np.zeros((len(items), width)).tolist())
    checks = TrainerChecks(SimpleNamespace(task=task, subject="backend mine"), notes)
    checks._check_evaluation(trainer, lesson, Evaluation(loss=1.0, size=64, **said))
    findings = [str(finding) for finding in notes.report().findings]
    assert len(findings) == (problem is not None)
    assert all(problem in finding for finding in findings)
