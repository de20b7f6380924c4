"""Scaled gradients and the optimizers that step with them."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.amp import GradScaler
from torch.optim import SGD, Adam, AdamW, RMSprop

from workbench_pytorch.precision import Precision

CPU = torch.device("cpu")
OPTIMIZERS = [
    (SGD, {"lr": 0.1}),
    (SGD, {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.01, "nesterov": True}),
    (Adam, {"lr": 0.01, "amsgrad": True}),
    (AdamW, {"lr": 0.01, "weight_decay": 0.1}),
]


def linear() -> nn.Linear:
    torch.manual_seed(0)
    return nn.Linear(6, 3)


def loss_of(model: nn.Linear, batch: int) -> Tensor:
    inputs = torch.randn(8, 6, generator=torch.Generator().manual_seed(batch))
    return model(inputs).square().mean()


@pytest.mark.parametrize(("kind", "options"), OPTIMIZERS)
def test_fp16_steps_are_those_of_a_scaler_that_looks_at_each(
    kind: Any, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, model, scaler = linear(), linear(), GradScaler("cpu")
    optimizer = kind(plain.parameters(), **options)
    for batch in range(5):
        optimizer.zero_grad()
        scaler.scale(loss_of(plain, batch)).backward()
        scaler.step(optimizer)
        scaler.update()

    def waits(*_: object) -> None:
        raise AssertionError("the device was waited for")

    monkeypatch.setattr(GradScaler, "_maybe_opt_step", waits)
    precision = Precision("fp16", CPU)
    prepared = precision.prepared(kind(model.parameters(), **options))
    for batch in range(5):
        prepared.zero_grad()
        precision.step(loss_of(model, batch), prepared)
    for own, other in zip(model.parameters(), plain.parameters(), strict=True):
        torch.testing.assert_close(own, other)


def test_a_step_whose_gradients_overflow_is_left_out() -> None:
    model, precision = linear(), Precision("fp16", CPU)
    optimizer = precision.prepared(Adam(model.parameters(), lr=0.1))
    before, scale = model.weight.detach().clone(), precision.state()["scale"]
    precision.step(loss_of(model, 0) * float("inf"), optimizer)
    assert torch.equal(model.weight, before)
    assert precision.state()["scale"] == scale / 2
    optimizer.zero_grad()
    precision.step(loss_of(model, 0), optimizer)
    assert not torch.equal(model.weight, before)


def test_what_was_chosen_for_each_group_stays() -> None:
    model = linear()
    groups = [{"params": [model.weight], "lr": 0.5}, {"params": [model.bias], "momentum": 0.3}]
    prepared = Precision("fp16", CPU).prepared(SGD(groups, lr=0.1, momentum=0.9))
    found = [(group["lr"], group["momentum"]) for group in prepared.param_groups]
    assert found == [(0.5, 0.9), (0.1, 0.3)]


@pytest.mark.parametrize(
    ("precision", "build"),
    [
        ("float32", lambda parameters: SGD(parameters)),
        ("bf16", lambda parameters: Adam(parameters)),
        ("fp16", lambda parameters: RMSprop(parameters)),
        ("fp16", lambda parameters: SGD(parameters, foreach=True)),
    ],
)
def test_any_other_optimizer_stays_as_it_was_built(precision: str, build: Any) -> None:
    model = linear()
    optimizer = build(model.parameters())
    used = Precision(precision, CPU)
    assert used.prepared(optimizer) is optimizer
    used.step(loss_of(model, 0), optimizer)
