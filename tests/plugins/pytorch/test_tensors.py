"""What a pass shows is what autograd and the optimizer have, and looking changes nothing."""

from typing import Any

import pytest

np = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")
pytestmark = pytest.mark.pytorch

from workbench.api import SupportsTensors  # noqa: E402
from workbench_pytorch.model_specs import CnnOptions  # noqa: E402
from workbench_pytorch.optimizer_specs import AdamOptions  # noqa: E402


def test_data_outputs_weights_gradients_and_moments(make_trainer: Any, splits: Any) -> None:
    trainer = make_trainer(optimizer=AdamOptions())
    trainer.start_epoch(0)
    trainer.train(range(3), [0.01] * 3)
    assert isinstance(trainer, SupportsTensors)
    found = {view.name: view for view in trainer.tensors("train", [4, 5, 6])}

    stored, inputs, logits, loss = (found[k] for k in ("stored", "inputs", "logits", "loss"))
    assert (stored.shape, stored.dtype, stored.kind) == ((3, 28, 28), "uint8", "data")
    assert (inputs.shape, inputs.dtype) == ((3, 1, 28, 28), "float32")
    assert stored.first == (0, 10, 10) and inputs.first == (0, 0, 10, 10)
    middle = splits["train"].inputs[4][10:18, 10:18]
    assert np.array_equal(np.array(stored.values), middle)
    assert np.allclose(np.array(inputs.values), middle / 255)
    assert (logits.grad_fn, loss.grad_fn) == ("AddmmBackward0", "NllLossBackward0")
    assert logits.requires_grad and loss.shape == () and not inputs.requires_grad

    model = trainer._model
    labels = torch.tensor([splits["train"][index][1] for index in (4, 5, 6)])
    batch = torch.tensor(splits["train"].inputs[4:7])[:, None] / 255
    wanted = torch.nn.functional.cross_entropy(model(batch), labels)
    assert loss.values == ((pytest.approx(wanted.item()),),)
    model.zero_grad()  # what the last training step left
    wanted.backward()
    for name, weight in model.named_parameters():
        view, gradient = found[name], found[f"{name}.grad"]
        assert (view.kind, view.requires_grad, view.grad_fn) == ("weight", True, "")
        assert view.mean == pytest.approx(weight.mean().item(), rel=1e-4, abs=1e-7)
        assert gradient.shape == tuple(weight.shape) and gradient.kind == "gradient"
        assert gradient.std == pytest.approx(weight.grad.std(correction=0).item(), rel=1e-4)
        moment = trainer._optimizer.state[weight]["exp_avg_sq"]
        assert found[f"{name}.exp_avg_sq"].max == pytest.approx(moment.max().item())
        assert found[f"{name}.step"].values == ((3,),)


def test_training_goes_on_as_without_it(make_trainer: Any) -> None:
    losses = []
    for asks in (False, True):
        trainer = make_trainer(CnnOptions(channels=(4,), hidden=8, dropout=0.5))
        trainer.start_epoch(0)
        first = trainer.train(range(3), [0.1] * 3)
        if asks:
            trainer.tensors("train", range(8))
        losses.append([*first, *trainer.train(range(3, 6), [0.1] * 3)])
    assert losses[0] == losses[1]


def test_what_diverged_is_counted(make_trainer: Any) -> None:
    trainer = make_trainer()
    weight = next(trainer._model.parameters())
    with torch.no_grad():
        weight[0, 0], weight[0, 1] = float("nan"), float("inf")
    views = {view.name: view for view in trainer.tensors("test", [0])}
    name, _ = next(trainer._model.named_parameters())
    assert views[name].broken == 2
    assert views[name].values[0][:2] == ("nan", "inf")
    assert float(views[name].mean) == pytest.approx(0, abs=0.1)
