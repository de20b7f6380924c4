"""Saliency maps are the plain input gradient."""

import numpy as np
import pytest

from workbench.api import SupportsSaliency

pytestmark = pytest.mark.keras


def test_it_is_the_gradient_of_the_predicted_logit(lab):
    trainer = lab.make_trainer(model="cnn")
    assert isinstance(trainer, SupportsSaliency)
    item = lab.make_split(3).inputs[1]
    before = trainer.evaluate("test")

    rows = np.array(trainer.saliency(item))

    inputs = lab.tf.constant(item[None] / 255.0, lab.tf.float32)
    with lab.tf.GradientTape() as tape:
        tape.watch(inputs)
        logits = trainer.model(inputs, training=False)[0]
        top = logits[int(np.argmax(logits))]
    wanted = np.abs(tape.gradient(top, inputs).numpy()[0])
    assert rows.shape == (8, 8)
    assert rows.max() > 0
    assert np.allclose(rows, wanted, atol=1e-6)
    assert trainer.evaluate("test") == before


def test_the_largest_of_the_channels_counts_and_a_vector_is_one_row(lab):
    colour = lab.make_trainer(shape=(8, 6, 3), model="cnn")
    assert np.shape(colour.saliency(lab.make_split(1, (8, 6, 3)).inputs[0])) == (8, 6)
    vector = lab.make_trainer(shape=(5,), dtype="float32")
    assert np.shape(vector.saliency(lab.make_split(1, (5,), "float32").inputs[0])) == (1, 5)
