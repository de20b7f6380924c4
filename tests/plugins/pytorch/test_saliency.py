"""Saliency maps are the plain input gradient, and change nothing."""

from typing import Any

import pytest

np = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")
pytestmark = pytest.mark.pytorch

from workbench.api import ArraySplit, DatasetInfo, SupportsSaliency  # noqa: E402
from workbench_pytorch.model_specs import CnnOptions  # noqa: E402


def test_it_is_the_gradient_of_the_predicted_logit(make_trainer: Any, splits: Any) -> None:
    trainer = make_trainer(CnnOptions(channels=(4,), hidden=8, dropout=0.5))
    item = splits["test"].inputs[3]
    before = torch.get_rng_state()

    rows = torch.tensor(trainer.saliency(item))

    assert isinstance(trainer, SupportsSaliency)
    assert torch.equal(torch.get_rng_state(), before)
    inputs = (torch.tensor(item)[None, None] / 255).requires_grad_()
    logits = trainer._model.eval()(inputs)
    logits[0, logits[0].argmax()].backward()
    assert rows.shape == (28, 28)
    assert rows.max() > 0
    assert torch.allclose(rows, inputs.grad[0, 0].abs(), atol=1e-6)


def test_training_goes_on_as_without_it(make_trainer: Any, splits: Any, tmp_path: Any) -> None:
    losses = []
    for asks in (False, True):
        trainer = make_trainer()
        trainer.start_epoch(0)
        first = trainer.train(range(3), [0.1] * 3)
        if asks:
            trainer.saliency(splits["test"].inputs[0])
        losses.append([*first, *trainer.train(range(3, 6), [0.1] * 3)])
    assert losses[0] == losses[1]


def test_the_largest_of_the_channels_counts(make_trainer: Any) -> None:
    inputs = np.random.default_rng(0).integers(0, 256, (40, 16, 12, 3)).astype(np.uint8)
    split = ArraySplit(inputs, np.arange(40) % 2)
    info = DatasetInfo("rgb", "image", (16, 12, 3), "uint8", ("a", "b"), {"train": 40, "test": 40})
    trainer = make_trainer(
        CnnOptions(channels=(4,), hidden=8), dataset=info, splits={"train": split, "test": split}
    )
    assert np.shape(trainer.saliency(inputs[0])) == (16, 12)


def test_a_vector_is_one_row(make_trainer: Any) -> None:
    inputs = np.random.default_rng(0).normal(size=(40, 6))
    split = ArraySplit(inputs, np.arange(40) % 2)
    info = DatasetInfo("toy", "vector", (6,), "float64", ("no", "yes"), {"train": 40, "test": 40})
    trainer = make_trainer(dataset=info, splits={"train": split, "test": split})
    assert np.shape(trainer.saliency(inputs[0])) == (1, 6)
