"""What the plugin offers, seen without its framework."""

import subprocess
import sys

import pytest

import workbench_keras
from workbench.api import DatasetInfo
from workbench.core.plan import check_plan
from workbench_keras.model_specs import CnnOptions, refuse_cnn


def image(shape):
    return DatasetInfo("fake", "image", shape, "uint8", ("a", "b"), {"train": 1, "test": 1})


def test_it_is_loaded_and_offers_its_parts(registry):
    assert registry.dataset("mnist").classes == tuple("0123456789")
    assert [spec.name for spec in workbench_keras.workbench_models()] == ["dense", "cnn"]
    assert [spec.name for spec in workbench_keras.workbench_optimizers()] == [
        "adam",
        "adamw",
        "sgd",
        "rmsprop",
    ]
    assert registry.backend("keras").install == 'pip install "workbench[keras]"'


def test_the_default_plan_is_that_of_the_plain_script(registry):
    document = {
        **registry.backend("keras").default_plan,
        "dataset": {"name": "mnist"},
        "backend": {"name": "keras"},
    }
    plan = check_plan(document, registry)
    assert plan.title == "mnist · dense · adam · keras"
    assert (plan.model.options.units, plan.model.options.dropout) == ((128,), 0.2)
    assert (plan.optimizer.options.lr, plan.data.batch_size, plan.data.shuffle) == (1e-3, 32, True)


def test_registering_imports_nothing_heavy():
    code = (
        "import sys, workbench_keras as plugin\n"
        "plugin.workbench_datasets(), plugin.workbench_models()\n"
        "plugin.workbench_optimizers(), plugin.workbench_backends()\n"
        "heavy = {'tensorflow', 'keras', 'numpy', 'safetensors', 'torch'}\n"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("dataset", "filters", "reason"),
    [
        (image((7, 28)), (32,), "at least 8x8 pixels, and these have 7x28"),
        (image((8, 8)), (4, 4, 4, 4), "8x8 pixels allow 3 at most, not 4"),
        (DatasetInfo("iris", "vector", (4,), "float32", ("a",), {}), (32,), "iris has vectors"),
    ],
)
def test_the_cnn_refuses_what_it_cannot_take(dataset, filters, reason):
    assert reason in refuse_cnn(dataset, CnnOptions(filters=filters))


def test_the_cnn_takes_images():
    assert refuse_cnn(image((8, 8, 3)), CnnOptions(filters=(4, 4, 4))) is None
