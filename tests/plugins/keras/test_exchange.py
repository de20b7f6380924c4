"""Models for others, and weights from others."""

import pytest

pytestmark = pytest.mark.keras


def notes_model(lab, units=128):
    """The model of the plain script, with the names that Keras makes up."""
    layers = lab.keras.layers
    return lab.keras.Sequential(
        [
            lab.keras.Input((8, 8)),
            layers.Flatten(),
            layers.Dense(units, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(5),
        ]
    )


def test_a_keras_file_is_the_whole_model(lab, tmp_path):
    import numpy as np

    trainer = lab.make_trainer()
    lab.train_epoch(trainer)
    trainer.export(tmp_path / "model.keras", "keras")
    model = lab.keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    inputs = lab.make_split(9).inputs
    np.testing.assert_allclose(model(inputs / 255.0), trainer.logits_of(inputs), atol=1e-5)


def test_weights_fit_a_plain_script(lab, tmp_path):
    import numpy as np

    trainer = lab.make_trainer()
    lab.train_epoch(trainer)
    trainer.export(tmp_path / "it.weights.h5", "weights")
    model = notes_model(lab)
    model.load_weights(tmp_path / "it.weights.h5")
    inputs = lab.make_split(9).inputs
    np.testing.assert_allclose(model(inputs / 255.0), trainer.logits_of(inputs), atol=1e-5)


def test_a_saved_model_serves_without_keras(lab, tmp_path):
    import numpy as np

    trainer = lab.make_trainer()
    trainer.export(tmp_path / "served", "saved-model")
    served = lab.tf.saved_model.load(tmp_path / "served")
    inputs = lab.make_split(9).inputs
    found = served.serve((inputs / 255.0).astype("float32"))
    np.testing.assert_allclose(found, trainer.logits_of(inputs), atol=1e-5)


def test_a_wrong_suffix_or_format_is_refused(lab, tmp_path):
    trainer = lab.make_trainer()
    with pytest.raises(lab.UserError, match=r"model.h5 must end in .keras"):
        trainer.export(tmp_path / "model.h5", "keras")
    with pytest.raises(lab.UserError, match=r'no export format "pth"; choose keras, weights'):
        trainer.export(tmp_path / "model.pth", "pth")


@pytest.mark.parametrize("model", ["dense", "cnn"])
def test_onnx_gives_the_same_logits_for_any_batch(lab, tmp_path, model):
    import numpy as np

    pytest.importorskip("tf2onnx")
    reference = pytest.importorskip("onnx.reference")
    trainer = lab.make_trainer(model=model)
    trainer.export(tmp_path / "model.onnx", "onnx")
    evaluator = reference.ReferenceEvaluator(str(tmp_path / "model.onnx"))
    assert evaluator.input_names == ["input"]
    for count in (1, 9):
        inputs = lab.make_split(count).inputs
        (found,) = evaluator.run(None, {"input": (inputs / 255.0).astype("float32")})
        np.testing.assert_allclose(found, trainer.logits_of(inputs), atol=1e-5)


@pytest.mark.parametrize(
    "format", [("keras", ".keras"), ("weights", ".weights.h5"), ("safetensors", ".safetensors")]
)
def test_an_export_can_be_imported(lab, tmp_path, format):
    name, suffix = format
    trainer, path = lab.make_trainer(model="cnn"), tmp_path / f"model{suffix}"
    trainer.export(path, name)
    fresh = lab.make_trainer(model="cnn", seed=8)
    assert fresh.logits("test", [0, 1]) != trainer.logits("test", [0, 1])
    fresh.import_weights(path)
    assert fresh.logits("test", [0, 1]) == trainer.logits("test", [0, 1])


@pytest.mark.parametrize("name", ["plain.keras", "plain.weights.h5"])
def test_the_weights_of_a_plain_script_are_read(lab, tmp_path, name):
    import numpy as np

    model = notes_model(lab)
    model.compile("adam", lab.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    inputs, labels = lab.make_split(40).arrays()
    model.fit(inputs / 255.0, labels, verbose=0)
    save = model.save if name.endswith(".keras") else model.save_weights
    save(tmp_path / name)
    trainer = lab.make_trainer()
    seed = trainer.model.get_layer("dropout").seed_generator.state.numpy()
    trainer.import_weights(tmp_path / name)
    np.testing.assert_allclose(trainer.logits_of(inputs), model(inputs / 255.0), atol=1e-5)
    np.testing.assert_array_equal(
        trainer.model.get_layer("dropout").seed_generator.state.numpy(), seed
    )


@pytest.mark.parametrize("content", ["another", "garbage", "cut"])
@pytest.mark.parametrize("name", ["bad.keras", "bad.weights.h5"])
def test_a_file_that_does_not_fit_changes_nothing(lab, tmp_path, name, content):
    model = notes_model(lab, units=128 if content == "cut" else 64)
    (model.save if name.endswith(".keras") else model.save_weights)(tmp_path / name)
    reason = "holds no weights that fit the model dense"
    if content == "another":
        reason = (
            "the kernel of hidden_1 is 64x64 there and 64x128 here; it looks like the model "
            r"dense with model\.units=64 for 64 inputs and 5 classes\."
        )
    else:
        whole = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(whole[: len(whole) // 2] if content == "cut" else b"\x80no")
    trainer = lab.make_trainer()
    before = lab.stored_values(trainer, tmp_path / "before")
    with pytest.raises(lab.UserError, match=reason):
        trainer.import_weights(tmp_path / name)
    assert lab.stored_values(trainer, tmp_path / "after") == before


def test_only_the_weights_of_a_checkpoint(lab, tmp_path):
    trained = lab.make_trainer()
    lab.train_epoch(trained)
    saved = lab.stored_values(trained, tmp_path / "trained")
    new = lab.make_trainer(optimizer="sgd", seed=8)
    before = lab.stored_values(new, tmp_path / "before")
    new.load_weights(tmp_path / "trained")
    assert new.logits("test", [0, 1]) == trained.logits("test", [0, 1])
    after = lab.stored_values(new, tmp_path / "after")
    assert after["optimizer.safetensors"] == before["optimizer.safetensors"]
    assert after["model.safetensors"] != saved["model.safetensors"]  # its own seed
    with pytest.raises(lab.UserError, match="of another model"):
        lab.make_trainer(model_options={"units": (9,)}).load_weights(tmp_path / "trained")


def test_weights_go_to_a_model_with_another_dropout(lab, tmp_path):
    trained = lab.make_trainer()
    lab.stored_values(trained, tmp_path / "trained")
    new = lab.make_trainer(model_options={"dropout": 0.0}, seed=8)
    new.load_weights(tmp_path / "trained")
    assert new.logits("test", [0, 1]) == trained.logits("test", [0, 1])


def test_a_file_becomes_a_run_and_a_file_again(lab, tmp_path):
    from workbench.core.plan import check_plan, compose
    from workbench.core.plugins import load_plugins
    from workbench.core.runs import create_run
    from workbench.core.tasks import ExportTask, ImportTask, run_task

    registry = load_plugins([])
    said = {"model": {"name": "dense", "units": [9]}, "dataset": {"name": "mnist"}}
    plan = check_plan(compose({}, {**said, "backend": {"name": "keras"}}, registry), registry)
    run, data_dir = create_run(tmp_path / "runs", plan), str(tmp_path / "data")
    layers = lab.keras.layers
    theirs = lab.keras.Sequential(
        [lab.keras.Input((28, 28)), layers.Flatten(), layers.Dense(9, "relu"), layers.Dense(10)]
    )
    theirs.save(tmp_path / "theirs.keras")
    target = tmp_path / "served"

    run_task(ImportTask(run=str(run.path), data_dir=data_dir, file=str(tmp_path / "theirs.keras")))
    task = {"checkpoint": "imported", "format": "saved-model", "target": str(target)}
    assert run_task(ExportTask(run=str(run.path), data_dir=data_dir, **task)).text == str(target)

    inputs = lab.make_split(5, (28, 28), "float32").inputs
    served = lab.tf.saved_model.load(target)
    assert served.serve(inputs).numpy() == pytest.approx(theirs(inputs).numpy(), rel=1e-4)
