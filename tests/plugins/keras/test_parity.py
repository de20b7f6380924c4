"""The trainer's numbers are those of plain Keras."""

import pytest

pytestmark = pytest.mark.keras

NO_DROPOUT = {"units": (24,), "dropout": 0.0}


@pytest.mark.parametrize(
    ("optimizer", "options"),
    [
        ("adam", {}),
        ("adamw", {"weight_decay": 0.1}),
        ("sgd", {"momentum": 0.9, "nesterov": True}),
        ("rmsprop", {"centered": True}),
    ],
)
def test_losses_and_weights_are_those_of_a_plain_loop(lab, optimizer, options):
    import numpy as np

    context = lab.make_context(
        optimizer=optimizer, optimizer_options=options, model_options=NO_DROPOUT
    )
    wanted_losses, wanted_weights = lab.plain_loop(context, [1e-2] * 7)
    trainer = lab.create_trainer(context)
    np.testing.assert_allclose(lab.train_epoch(trainer, lr=1e-2), wanted_losses, atol=1e-5)
    for found, wanted in zip(trainer.model.get_weights(), wanted_weights, strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_each_batch_has_its_learning_rate(lab):
    import numpy as np

    rates = [0.1, 0.0, 0.05, 0.2, 0.0, 0.01, 0.1]
    context = lab.make_context(optimizer="sgd", model_options=NO_DROPOUT)
    wanted, _ = lab.plain_loop(context, rates)
    found = lab.create_trainer(context).train(range(7), rates)
    np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_mean_squared_error_is_that_to_one_hot_labels(lab):
    import numpy as np

    context = lab.make_context(model_options=NO_DROPOUT, loss="mse")
    wanted, _ = lab.plain_loop(
        context,
        [1e-3] * 7,
        loss=lambda labels, logits: lab.tf.reduce_mean((lab.tf.one_hot(labels, 5) - logits) ** 2),
    )
    np.testing.assert_allclose(lab.train_epoch(lab.create_trainer(context)), wanted, atol=1e-5)


def test_fit_and_evaluate_end_at_the_same_numbers(lab):
    import numpy as np

    context = lab.make_context(model_options=NO_DROPOUT)
    lab.keras.utils.set_random_seed(context.seed)
    model = context.build_model()
    loss = lab.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    (x_train, y_train), (x_test, y_test) = (
        context.splits[name].arrays() for name in ("train", "test")
    )
    model.fit(x_train / 255.0, y_train, batch_size=16, epochs=3, shuffle=False, verbose=0)
    wanted_loss, wanted_accuracy = model.evaluate(x_test / 255.0, y_test, batch_size=16, verbose=0)

    trainer = lab.create_trainer(context)
    for epoch in range(3):
        lab.train_epoch(trainer, epoch)
    for found, wanted in zip(trainer.model.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-5)
    found = trainer.evaluate("test")
    np.testing.assert_allclose(found.loss, wanted_loss, atol=1e-5)
    assert (found.correct, found.size) == (round(wanted_accuracy * 48), 48)


def test_the_average_loss_is_the_mean_over_batches(lab):
    import numpy as np

    context = lab.make_context(sizes=(32, 40))
    trainer = lab.create_trainer(context)
    labels = context.splits["test"].labels
    logits = np.array(trainer.logits("test", range(40)))
    shifted = logits - logits.max(axis=1, keepdims=True)
    losses = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(40), labels]
    batches = [losses[0:16].mean(), losses[16:32].mean(), losses[32:40].mean()]
    found = trainer.evaluate("test")
    np.testing.assert_allclose(found.loss, np.mean(batches), atol=1e-5)
    assert found.correct == (logits.argmax(axis=1) == labels).sum()


def test_the_seed_makes_the_first_weights(lab):
    import numpy as np

    context = lab.make_context()
    lab.keras.utils.set_random_seed(context.seed)
    wanted = context.build_model().get_weights()
    for found, weight in zip(lab.create_trainer(context).model.get_weights(), wanted, strict=True):
        np.testing.assert_array_equal(found, weight)


def test_xla_gives_the_same_losses(lab):
    import numpy as np

    changes = {"model_options": NO_DROPOUT, "optimizer": "sgd"}
    plain = lab.train_epoch(lab.make_trainer(**changes), lr=0.1)
    compiled = lab.make_trainer(**changes, options=lab.KerasOptions(jit_compile=True))
    np.testing.assert_allclose(lab.train_epoch(compiled, lr=0.1), plain, atol=1e-5)


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision_keeps_float32_weights_and_learns(lab, precision):
    trainer = lab.make_trainer(options=lab.KerasOptions(precision=precision))
    losses = [sum(lab.train_epoch(trainer, epoch, lr=5e-3)) for epoch in range(4)]
    assert losses[-1] < 0.8 * losses[0]
    assert trainer.model.get_layer("hidden_1").compute_dtype == precision.removeprefix("mixed_")
    assert {weight.dtype for weight in trainer.model.weights} == {"float32"}
