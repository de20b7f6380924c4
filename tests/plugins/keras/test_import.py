"""Files of weights that are hostile or of another model."""

import pytest

pytestmark = pytest.mark.keras


def write_hostile(lab, path, made, units=128):
    """A ``.keras`` file with a Lambda layer whose code makes a file when it is called."""
    layers = lab.keras.layers
    code = f"lambda x: (open({str(made)!r}, 'w').close(), x)[1]"
    model = lab.keras.Sequential(
        [
            lab.keras.Input((8, 8)),
            layers.Lambda(eval(code)),
            layers.Flatten(),
            layers.Dense(units, activation="relu"),
            layers.Dense(5),
        ]
    )
    model.save(path)
    made.unlink()  # building it called it too
    return model


def test_the_code_in_a_keras_file_is_not_run(lab, tmp_path):
    path, made = tmp_path / "hostile.keras", tmp_path / "harm"
    theirs = write_hostile(lab, path, made)
    trainer = lab.make_trainer()

    trainer.import_weights(path)

    found = trainer.model.get_layer("logits").kernel.numpy()
    assert found.tolist() == theirs.layers[-1].kernel.numpy().tolist()
    write_hostile(lab, path, made, units=32)
    with pytest.raises(lab.UserError, match="64x32 there and 64x128 here"):
        trainer.import_weights(path)
    assert not made.exists()

    lab.keras.models.load_model(path, safe_mode=False)
    assert made.exists(), "opened carelessly it does harm"


def test_weights_are_not_taken_from_other_files(lab, tmp_path):
    import h5py

    trainer, path = lab.make_trainer(), tmp_path / "links.weights.h5"
    trainer.export(path, "weights")
    place = "layers/dense/vars/0"
    with h5py.File(path) as file:
        shape, values = file[place].shape, file[place][()]
    (tmp_path / "secret").write_bytes(values.tobytes())
    with h5py.File(tmp_path / "elsewhere.h5", "w") as file:
        file["secret"] = values

    def link(file):
        file[place] = h5py.ExternalLink("elsewhere.h5", "secret")

    def external(file):
        file.create_dataset(place, shape, "f4", external=[(str(tmp_path / "secret"), 0, 1 << 20)])

    def virtual(file):
        layout = h5py.VirtualLayout(shape, "f4")
        layout[:] = h5py.VirtualSource(str(tmp_path / "elsewhere.h5"), "secret", shape)
        file.create_virtual_dataset(place, layout)

    for put in (link, external, virtual):
        with h5py.File(path, "a") as file:
            del file[place]
            put(file)
            assert file[place][()].tolist() == values.tolist()
        with pytest.raises(lab.UserError, match="kernel of hidden_1 is missing there and 64x128"):
            trainer.import_weights(path)


def test_another_models_file_says_of_which(lab, tmp_path):
    cnn = lab.make_trainer(model="cnn", model_options={"filters": (4, 6), "units": 9})
    trainer = lab.make_trainer()
    for name, suffix in (("keras", ".keras"), ("safetensors", ".safetensors")):
        cnn.export(tmp_path / f"cnn{suffix}", name)
        with pytest.raises(
            lab.UserError, match=r"the model cnn with model\.filters=4,6 and model\.units=9 for 5"
        ):
            trainer.import_weights(tmp_path / f"cnn{suffix}")


def test_a_layer_more_than_the_model_has(lab, tmp_path):
    deep = lab.make_trainer(model_options={"units": (5, 5)})
    deep.export(tmp_path / "deep.weights.h5", "weights")
    shallow = lab.make_trainer(model_options={"units": (5,)})
    with pytest.raises(lab.UserError, match=r"layers/dense_2/vars/0 is 5x5 there and missing here"):
        shallow.import_weights(tmp_path / "deep.weights.h5")


def test_a_damaged_safetensors_file(lab, tmp_path):
    trainer, path = lab.make_trainer(), tmp_path / "model.safetensors"
    trainer.export(path, "safetensors")
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(lab.UserError, match="holds no weights that fit"):
        trainer.import_weights(path)


def test_weights_of_no_known_model(lab):
    from workbench_keras.recognising import likely_model

    assert likely_model({"layers/embedding/vars/0": (4,)}) is None
    assert likely_model({"a": (4, 3), "b": (4, 3)}) is None
    assert likely_model({"conv": (3, 3, 1, 4), "dense": (9, 2)}) is None
    deep = {f"dense_{index}/kernel": (index, index + 1) for index in (10, 9, 11)}
    assert "model.units=10,11 for 9 inputs and 12 classes" in likely_model(deep)
