"""What the plugin offers, without importing PyTorch."""

import subprocess
import sys
from typing import Any

import pytest

import workbench_pytorch
from workbench.api.factories import resolve
from workbench.api.options import option_fields
from workbench.core.plan import check_plan, compose

pytestmark = pytest.mark.pytorch

HEAVY = {"torch", "torchvision", "numpy", "safetensors", "PIL"}


def test_registering_imports_no_framework() -> None:
    code = (
        "import sys, workbench_pytorch as plugin;"
        "plugin.workbench_datasets(), plugin.workbench_models(),"
        "plugin.workbench_optimizers(), plugin.workbench_backends();"
        "print(*sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert not HEAVY & set(done.stdout.split())
    assert "workbench_pytorch" in done.stdout.split()


def test_every_factory_is_there() -> None:
    specs = [
        *workbench_pytorch.workbench_models(),
        *workbench_pytorch.workbench_optimizers(),
    ]
    for spec in specs:
        assert spec.backend == "pytorch"
        assert callable(resolve(spec.build))
        assert all(item.help for item in option_fields(spec.options))
    (backend,) = workbench_pytorch.workbench_backends()
    assert callable(resolve(backend.create_trainer))


def test_the_default_plan_is_that_of_the_plain_script(registry: Any) -> None:
    said = {"backend": {"name": "pytorch"}, "dataset": {"name": "fashion-mnist"}}

    plan = check_plan(compose({}, said, registry), registry)

    assert (plan.model.name, plan.model.options.hidden) == ("mlp", (512, 512))
    assert (plan.optimizer.name, plan.optimizer.options.lr) == ("sgd", 1e-3)
    assert (plan.data.batch_size, plan.data.shuffle) == (64, False)
    assert plan.run.loss == "cross-entropy"
