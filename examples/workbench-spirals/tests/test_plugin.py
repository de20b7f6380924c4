"""The plugin keeps the workbench's contract: it registers, trains, saves and resumes."""

from pathlib import Path

import pytest
import torch

from workbench.api import DatasetInfo
from workbench.testing import check_plugin

PACKAGE = Path(__file__).parents[1] / "workbench_spirals"


def test_the_plugin_passes_the_checks(tmp_path):
    report = check_plugin(PACKAGE, data_dir=tmp_path)
    assert report.passed, str(report)


@pytest.mark.parametrize(("task", "outputs"), [("multiclass", 3), ("binary", 1), ("regression", 2)])
def test_the_network_is_as_wide_as_the_task_wants(monkeypatch, task, outputs):
    monkeypatch.syspath_prepend(PACKAGE.parent)
    from workbench_spirals.model import WaveOptions, build

    classes = {"multiclass": ("a", "b", "c"), "binary": ("a", "b"), "regression": ()}[task]
    targets = ("price", "rent") if task == "regression" else ()
    info = DatasetInfo("rows", "vector", (2,), "float32", classes, {}, task, targets)
    assert build(info, WaveOptions())(torch.zeros(5, 2)).shape == (5, outputs)
