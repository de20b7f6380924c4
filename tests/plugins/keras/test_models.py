"""The models on each kind of data, and what is told of them."""

import pytest

pytestmark = pytest.mark.keras


@pytest.mark.parametrize(
    ("model", "shape", "dtype"),
    [
        ("dense", (28, 28), "uint8"),
        ("dense", (8, 8, 3), "uint8"),
        ("dense", (12,), "float32"),
        ("cnn", (8, 8), "uint8"),
        ("cnn", (9, 11, 3), "uint8"),
    ],
)
def test_learns(lab, model, shape, dtype):
    trainer = lab.make_trainer(model=model, shape=shape, dtype=dtype, sizes=(160, 80))
    before = trainer.evaluate("test")
    for epoch in range(6):
        lab.train_epoch(trainer, epoch, lr=3e-3)
    after = trainer.evaluate("test")
    assert after.loss < before.loss
    assert after.accuracy > 0.5


def test_logits_of_given_inputs(lab):
    trainer = lab.make_trainer()
    inputs = lab.make_split(48, seed=1).inputs
    assert trainer.logits_of(inputs[5:7]) == trainer.logits("test", [5, 6])
    assert [len(row) for row in trainer.logits_of(inputs[:3])] == [5, 5, 5]
    assert trainer.logits("test", []) == []


def test_summary(lab):
    summary = lab.make_trainer(shape=(28, 28)).summary()
    assert [(layer.name, layer.kind, layer.output_shape) for layer in summary.layers] == [
        ("flatten", "Flatten", (784,)),
        ("hidden_1", "Dense", (128,)),
        ("dropout", "Dropout", (128,)),
        ("logits", "Dense", (5,)),
    ]
    assert [layer.parameters for layer in summary.layers] == [0, 784 * 128 + 128, 0, 128 * 5 + 5]
    assert summary.parameters == summary.trainable == 784 * 128 + 128 + 128 * 5 + 5
    assert "hidden_1 (Dense)" in summary.text
    assert "\x1b" not in summary.text
    kernel, bias = summary.tensors[:2]
    assert (kernel.name, kernel.shape, kernel.dtype) == (
        "dense/hidden_1/kernel",
        (784, 128),
        "float32",
    )
    assert kernel.min < kernel.mean < kernel.max
    assert abs(kernel.std - (2 / (784 + 128)) ** 0.5) < 1e-3  # Glorot's uniform distribution
    assert (bias.mean, bias.std, bias.min, bias.max) == (0, 0, 0, 0)


def test_dropout_zero_leaves_the_layer_out(lab):
    summary = lab.make_trainer(model_options={"dropout": 0.0, "units": (6, 4)}).summary()
    assert [layer.name for layer in summary.layers] == ["flatten", "hidden_1", "hidden_2", "logits"]


def test_a_model_of_ones_own(lab, tmp_path):
    """A subclass with batch normalization, a regularizer and its own names."""

    class Own(lab.keras.Model):
        def __init__(self):
            super().__init__(name="own")
            self.norm = lab.keras.layers.BatchNormalization()
            self.flat = lab.keras.layers.Flatten()
            self.out = lab.keras.layers.Dense(5, kernel_regularizer="l2")

        def call(self, inputs, training=False):
            return self.out(self.flat(self.norm(inputs, training=training)))

    context = lab.make_context(shape=(8, 8, 3), build_model=Own)
    trainer = lab.create_trainer(context)
    before = trainer.model.norm.moving_mean.numpy()
    lab.train_epoch(trainer)
    assert (trainer.model.norm.moving_mean.numpy() != before).all()

    evaluated = trainer.evaluate("test")
    inputs, labels = context.splits["test"].arrays()
    bare = lab.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    penalty = 0.01 * float(lab.tf.reduce_sum(trainer.model.out.kernel.value**2))
    wanted = float(bare(labels, trainer.model(inputs / 255.0))) + penalty
    assert abs(evaluated.loss - wanted) < 1e-4

    stored = lab.stored_values(trainer, tmp_path / "first")
    other = lab.create_trainer(context)
    other.load(tmp_path / "first")
    assert lab.stored_values(other, tmp_path / "second") == stored
    assert other.evaluate("test") == evaluated
    summary = other.summary()
    assert summary.parameters - summary.trainable == 6  # the moving mean and variance


def test_what_is_no_model_or_optimizer_is_refused_in_a_sentence(lab):
    with pytest.raises(lab.UserError, match=r"gave NoneType; return a keras\.Model from it"):
        lab.make_trainer(build_model=lambda: None)
    with pytest.raises(lab.UserError, match=r"gave dict; return a keras\.optimizers\.Optimizer"):
        lab.make_trainer(build_optimizer=lambda variables: {})
