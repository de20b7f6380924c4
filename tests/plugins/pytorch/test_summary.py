"""The summary of a model."""

from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.pytorch

from workbench_pytorch.model_specs import CnnOptions, MlpOptions  # noqa: E402
from workbench_pytorch.summary import summarize  # noqa: E402


def test_mlp(make_trainer: Any) -> None:
    trainer = make_trainer(MlpOptions())

    summary = trainer.summary()

    assert summary.text == str(trainer._model)
    assert summary.parameters == summary.trainable == 669_706
    rows = [(layer.name, layer.kind, layer.output_shape) for layer in summary.layers]
    assert rows == [
        ("flatten", "Flatten", (784,)),
        ("linear_relu_stack.0", "Linear", (512,)),
        ("linear_relu_stack.1", "ReLU", (512,)),
        ("linear_relu_stack.2", "Linear", (512,)),
        ("linear_relu_stack.3", "ReLU", (512,)),
        ("linear_relu_stack.4", "Linear", (10,)),
    ]
    assert sum(layer.parameters for layer in summary.layers) == summary.parameters


def test_tensor_statistics(make_trainer: Any) -> None:
    trainer = make_trainer()
    weight = trainer._model.linear_relu_stack[0].weight.detach()

    stats = trainer.summary().tensors[0]

    assert (stats.name, stats.shape, stats.dtype) == (
        "linear_relu_stack.0.weight",
        (16, 784),
        "float32",
    )
    assert stats.mean == pytest.approx(weight.mean().item())
    assert stats.std == pytest.approx(weight.std(correction=0).item())
    assert (stats.min, stats.max) == (weight.min().item(), weight.max().item())


def test_cnn_keeps_its_mode(make_trainer: Any) -> None:
    trainer = make_trainer(CnnOptions(channels=(4, 8), hidden=6))
    trainer._model.train()

    shapes = {layer.name: layer.output_shape for layer in trainer.summary().layers}

    assert shapes["features.0"] == (4, 28, 28)
    assert shapes["features.5"] == (8, 7, 7)
    assert shapes["classifier.4"] == (10,)
    assert trainer._model.training


def test_frozen_and_own_parameters() -> None:
    class Scaled(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale = torch.nn.Parameter(torch.ones(3))
            self.linear = torch.nn.Linear(4, 3)
            self.linear.bias.requires_grad = False

        def forward(self, x: Any) -> Any:
            return self.linear(x) * self.scale

    summary = summarize(Scaled(), torch.zeros(1, 4))

    assert (summary.parameters, summary.trainable) == (18, 15)
    own = [(layer.name, layer.parameters, layer.trainable) for layer in summary.layers]
    assert own == [("", 3, 3), ("linear", 15, 12)]
