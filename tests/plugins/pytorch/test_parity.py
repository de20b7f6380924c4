"""Our numbers are those of a plain script, to the last bit."""

from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.pytorch

from workbench_pytorch.model_specs import CnnOptions, MlpOptions  # noqa: E402
from workbench_pytorch.models import build_cnn  # noqa: E402
from workbench_pytorch.optimizer_specs import (  # noqa: E402
    AdamOptions,
    AdamWOptions,
    SgdOptions,
)

SMALL_CNN = CnnOptions(channels=(4,), hidden=8, dropout=0.5)


class NeuralNetwork(torch.nn.Module):
    """The model as a plain script has it."""

    def __init__(self) -> None:
        super().__init__()
        self.flatten = torch.nn.Flatten()
        self.linear_relu_stack = torch.nn.Sequential(
            torch.nn.Linear(28 * 28, 512),
            torch.nn.ReLU(),
            torch.nn.Linear(512, 512),
            torch.nn.ReLU(),
            torch.nn.Linear(512, 10),
        )

    def forward(self, x: Any) -> Any:
        return self.linear_relu_stack(self.flatten(x))


def sgd(parameters: Any) -> Any:
    return torch.optim.SGD(parameters, lr=1e-3)


def assert_same(ours: Any, plain: Any) -> None:
    assert ours.losses == plain.losses
    assert ours.tests == plain.tests
    assert ours.weights.keys() == plain.weights.keys()
    for name, weight in plain.weights.items():
        assert torch.equal(ours.weights[name], weight), name


def test_mlp_in_stored_order(make_trainer: Any, run_ours: Any, run_plain: Any) -> None:
    plain = run_plain(NeuralNetwork, sgd, torch.nn.CrossEntropyLoss())

    ours = run_ours(make_trainer(MlpOptions()))

    assert_same(ours, plain)
    assert plain.losses[0][0] != plain.losses[1][0]


def test_cnn_shuffled_with_dropout(
    make_trainer: Any, run_ours: Any, run_plain: Any, info: Any
) -> None:
    plain = run_plain(
        lambda: build_cnn(info, SMALL_CNN),
        lambda parameters: torch.optim.Adam(parameters, lr=1e-2),
        torch.nn.CrossEntropyLoss(),
        epochs=3,
        shuffle=True,
    )

    trainer = make_trainer(SMALL_CNN, AdamOptions(), shuffle=True)
    ours = run_ours(trainer, epochs=3, lr=1e-2)

    assert_same(ours, plain)


def test_dropout_without_shuffling(
    make_trainer: Any, run_ours: Any, run_plain: Any, info: Any
) -> None:
    plain = run_plain(lambda: build_cnn(info, SMALL_CNN), sgd, torch.nn.CrossEntropyLoss())

    ours = run_ours(make_trainer(SMALL_CNN))

    assert_same(ours, plain)


def test_evaluating_in_between_changes_nothing(
    make_trainer: Any, run_ours: Any, run_plain: Any, info: Any
) -> None:
    plain = run_plain(
        lambda: build_cnn(info, SMALL_CNN), sgd, torch.nn.CrossEntropyLoss(), shuffle=True
    )
    trainer = make_trainer(SMALL_CNN, shuffle=True)
    train = trainer.train

    def train_and_look(batches: range, rates: list[float]) -> Any:
        trainer.evaluate("train")
        trainer.logits("test", [3, 1])
        trainer.summary()
        return train(batches, rates)

    trainer.train = train_and_look

    assert_same(run_ours(trainer), plain)


def test_mse_to_one_hot_labels(make_trainer: Any, run_ours: Any, run_plain: Any) -> None:
    mse = torch.nn.MSELoss()

    def loss_fn(pred: Any, y: Any) -> Any:
        one_hot = torch.zeros(len(y), 10, dtype=torch.float).scatter_(1, y[:, None], value=1)
        return mse(pred, one_hot)

    plain = run_plain(NeuralNetwork, sgd, loss_fn)

    assert_same(run_ours(make_trainer(MlpOptions(), loss="mse")), plain)


def test_drop_last(make_trainer: Any, run_ours: Any, run_plain: Any) -> None:
    plain = run_plain(NeuralNetwork, sgd, torch.nn.CrossEntropyLoss(), shuffle=True, drop_last=True)

    trainer = make_trainer(MlpOptions(), shuffle=True, drop_last=True)

    assert trainer.steps_per_epoch == 300 // 32
    assert_same(run_ours(trainer), plain)


@pytest.mark.parametrize(
    ("options", "build"),
    [
        (
            SgdOptions(momentum=0.9, weight_decay=1e-4, nesterov=True),
            lambda p: torch.optim.SGD(p, lr=1e-3, momentum=0.9, weight_decay=1e-4, nesterov=True),
        ),
        (
            SgdOptions(momentum=0.9, dampening=0.1),
            lambda p: torch.optim.SGD(p, lr=1e-3, momentum=0.9, dampening=0.1),
        ),
        (
            AdamOptions(beta1=0.8, beta2=0.99, eps=1e-6, weight_decay=1e-3, amsgrad=True),
            lambda p: torch.optim.Adam(
                p, lr=1e-3, betas=(0.8, 0.99), eps=1e-6, weight_decay=1e-3, amsgrad=True
            ),
        ),
        (AdamOptions(), lambda p: torch.optim.Adam(p, lr=1e-3)),
        (AdamWOptions(), lambda p: torch.optim.AdamW(p, lr=1e-3)),
    ],
)
def test_optimizers(
    make_trainer: Any, run_ours: Any, run_plain: Any, options: Any, build: Any
) -> None:
    plain = run_plain(NeuralNetwork, build, torch.nn.CrossEntropyLoss(), epochs=1)

    assert_same(run_ours(make_trainer(MlpOptions(), options), epochs=1), plain)


def test_learning_rate_of_each_batch(make_trainer: Any, run_ours: Any, run_plain: Any) -> None:
    """A rate that changes within a stretch is used from its batch on."""
    rates = [1e-3, 1e-3, 5e-2, 5e-2, 0.1, 0.1, 0.1, 1e-4, 1e-4, 1e-4]
    made: list[Any] = []

    def build(parameters: Any) -> Any:
        optimizer = torch.optim.SGD(parameters, lr=rates[0])
        made.append(torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1.0))
        step = optimizer.step
        done = iter(rates)

        def step_with_rate() -> None:
            optimizer.param_groups[0]["lr"] = next(done)
            step()

        optimizer.step = step_with_rate
        return optimizer

    plain = run_plain(NeuralNetwork, build, torch.nn.CrossEntropyLoss(), epochs=1)
    trainer = make_trainer(MlpOptions())
    trainer.start_epoch(0)
    losses = [*trainer.train(range(6), rates[:6]), *trainer.train(range(6, 10), rates[6:])]

    assert losses == plain.losses[0]
