"""What a pass shows is what TensorFlow and the optimizer have, and looking changes nothing."""

import numpy as np
import pytest

from workbench.api import SupportsTensors

pytestmark = pytest.mark.keras


def test_data_outputs_weights_gradients_and_moments(lab):
    trainer = lab.make_trainer()
    trainer.start_epoch(0)
    trainer.train(range(2), [0.01, 0.01])
    assert isinstance(trainer, SupportsTensors)
    before = trainer.evaluate("test")
    found = {view.name: view for view in trainer.tensors("train", [0, 1, 2])}
    assert trainer.evaluate("test") == before

    assert (found["stored"].shape, found["stored"].dtype) == ((3, 8, 8), "uint8")
    assert (found["inputs"].dtype, found["inputs"].max <= 1) == ("float32", True)
    assert found["logits"].shape == (3, 5) and found["loss"].shape == ()
    inputs = lab.tf.constant(lab.make_split(100).inputs[:3] / 255.0, lab.tf.float32)
    with lab.tf.GradientTape() as tape:
        logits = trainer.model(inputs, training=False)
        labels = lab.make_split(100).labels[:3]
        loss = lab.keras.losses.SparseCategoricalCrossentropy(from_logits=True)(labels, logits)
    variables = trainer.model.trainable_variables
    gradients = tape.gradient(loss, [variable.value for variable in variables])
    assert found["loss"].values[0][0] == pytest.approx(float(loss))
    for variable, gradient in zip(variables, gradients, strict=True):
        view = found[variable.path]
        assert (view.kind, view.requires_grad) == ("weight", True)
        assert view.std == pytest.approx(np.std(variable.numpy()), rel=1e-4)
        assert found[f"{variable.path}.grad"].max == pytest.approx(gradient.numpy().max(), rel=1e-4)
    states = [view for view in found.values() if view.kind == "optimizer"]
    assert {"iteration", "learning_rate"} <= {view.name.rpartition("/")[2] for view in states}
