"""The loss of one item is the plan's."""

import numpy as np
import pytest

pytestmark = pytest.mark.keras


@pytest.mark.parametrize("loss", ["cross-entropy", "mse"])
def test_it_is_what_plain_keras_says_of_a_batch_of_one(lab, loss):
    trainer = lab.make_trainer(loss=loss)
    labels = lab.make_split(8).labels
    logits = trainer.logits("test", range(8))
    losses = lab.keras.losses
    if loss == "mse":
        one_hot = np.eye(len(logits[0]), dtype="float32")
        plain, true = losses.MeanSquaredError(), one_hot[labels]
    else:
        plain, true = losses.SparseCategoricalCrossentropy(from_logits=True), labels
    rows = np.array(logits, "float32")
    wanted = [plain(true[i : i + 1], rows[i : i + 1]) for i in range(8)]

    assert trainer.item_losses(logits, list(labels)) == pytest.approx(
        [float(value) for value in wanted], rel=1e-5
    )
    assert trainer.item_losses([], []) == []
