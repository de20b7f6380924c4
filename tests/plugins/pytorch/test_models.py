"""The models and what they refuse."""

from typing import Any

import pytest

from workbench.api import DatasetInfo, UserError
from workbench_pytorch.model_specs import CnnOptions, MlpOptions, refuse_cnn
from workbench_pytorch.optimizer_specs import SgdOptions

pytestmark = pytest.mark.pytorch

NOTES = """\
NeuralNetwork(
  (flatten): Flatten(start_dim=1, end_dim=-1)
  (linear_relu_stack): Sequential(
    (0): Linear(in_features=784, out_features=512, bias=True)
    (1): ReLU()
    (2): Linear(in_features=512, out_features=512, bias=True)
    (3): ReLU()
    (4): Linear(in_features=512, out_features=10, bias=True)
  )
)"""


def dataset(kind: Any, shape: tuple[int, ...], classes: int = 3) -> DatasetInfo:
    names = tuple("abcdefghij"[:classes])
    return DatasetInfo("toy", kind, shape, "uint8", names, {"train": 4, "test": 4})


def test_mlp_prints_as_the_plain_script(info: DatasetInfo) -> None:
    from workbench_pytorch.models import build_mlp

    model = build_mlp(info, MlpOptions())

    assert str(model) == NOTES
    assert list(model.state_dict()) == [
        f"linear_relu_stack.{layer}.{part}" for layer in (0, 2, 4) for part in ("weight", "bias")
    ]


@pytest.mark.parametrize(
    ("kind", "shape", "hidden"),
    [("vector", (5,), (4,)), ("image", (6, 7), ()), ("image", (6, 7, 3), (4, 4, 4))],
)
def test_mlp_takes_any_dataset(kind: str, shape: tuple[int, ...], hidden: Any) -> None:
    import torch

    from workbench_pytorch.inputs import InputFormat
    from workbench_pytorch.models import build_mlp

    model = build_mlp(dataset(kind, shape), MlpOptions(hidden=hidden))
    batch = InputFormat(kind).prepare(torch.zeros((2, *shape)))

    assert model(batch).shape == (2, 3)


@pytest.mark.parametrize("shape", [(8, 8), (9, 30, 3), (28, 28)])
@pytest.mark.parametrize("channels", [(4,), (4, 2, 3)])
def test_cnn_takes_images(shape: tuple[int, ...], channels: tuple[int, ...]) -> None:
    import torch

    from workbench_pytorch.inputs import InputFormat
    from workbench_pytorch.models import build_cnn

    options = CnnOptions(channels=channels, hidden=5)
    images = dataset("image", shape)

    assert refuse_cnn(images, options) is None
    batch = InputFormat("image").prepare(torch.zeros((2, *shape)))
    assert build_cnn(images, options)(batch).shape == (2, 3)


def test_cnn_refuses_what_it_cannot_take() -> None:
    options = CnnOptions()

    assert "toy has vectors" in str(refuse_cnn(dataset("vector", (784,)), options))
    assert "these have 7x28" in str(refuse_cnn(dataset("image", (7, 28)), options))
    deep = CnnOptions(channels=(2, 2, 2, 2))
    assert "allow 3 at most, not 4" in str(refuse_cnn(dataset("image", (8, 8)), deep))


def test_nesterov_needs_momentum() -> None:
    for options in ({}, {"momentum": 0.9, "dampening": 0.1}):
        with pytest.raises(UserError, match=r"optimizer\.nesterov needs optimizer\.momentum"):
            SgdOptions(nesterov=True, **options)

    assert SgdOptions(nesterov=True, momentum=0.9).nesterov
