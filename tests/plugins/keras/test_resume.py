"""A resumed run is the run that was never interrupted, to the last bit."""

import pytest

pytestmark = pytest.mark.keras


def interrupted(lab, context, folder, stops):
    """Train two epochs and replace the trainer by a new one from a checkpoint at each stop."""
    trainer = lab.create_trainer(context)
    steps = trainer.steps_per_epoch
    for epoch in range(2):
        trainer.start_epoch(epoch)
        ends = [stop - epoch * steps for stop in stops if 0 < stop - epoch * steps < steps]
        for start, end in zip([0, *ends], [*ends, steps], strict=True):
            trainer.train(range(start, end), [1e-3] * (end - start))
            if end < steps:
                saved = folder / f"{epoch}-{end}"
                saved.mkdir()
                trainer.save(saved)
                trainer = lab.create_trainer(context)
                trainer.load(saved)
    return trainer


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop"])
def test_exact_in_the_middle_of_an_epoch(lab, tmp_path, optimizer):
    import random

    stops = sorted(random.Random(5).sample([1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13], 3))
    context = lab.make_context(
        shuffle=True, optimizer=optimizer, model_options={"dropout": 0.4, "units": (20, 10)}
    )
    whole = interrupted(lab, context, tmp_path, [])
    pieces = interrupted(lab, context, tmp_path, stops)
    assert lab.stored_values(whole, tmp_path / "a") == lab.stored_values(pieces, tmp_path / "b")


def test_exact_with_a_scaled_loss(lab, tmp_path):
    context = lab.make_context(shuffle=True, options=lab.KerasOptions(precision="mixed_float16"))
    whole = interrupted(lab, context, tmp_path, [])
    pieces = interrupted(lab, context, tmp_path, [4])
    assert lab.stored_values(whole, tmp_path / "a") == lab.stored_values(pieces, tmp_path / "b")


def test_looking_at_the_model_changes_nothing(lab, tmp_path):
    plain, watched = lab.make_trainer(), lab.make_trainer()
    lab.train_epoch(plain)
    watched.start_epoch(0)
    for batches in (range(3), range(3, 7)):
        watched.train(batches, [1e-3] * len(batches))
        watched.evaluate("test")
        watched.evaluate("train")
        watched.logits("train", [1, 2])
        watched.summary()
    assert lab.stored_values(plain, tmp_path / "a") == lab.stored_values(watched, tmp_path / "b")


def test_the_same_names_in_each_trainer(lab, tmp_path):
    from safetensors import safe_open

    first, second = (lab.make_trainer(model_options={"dropout": 0.5}) for _ in range(2))
    for trainer, name in ((first, "a"), (second, "b")):
        lab.stored_values(trainer, tmp_path / name)
    for file in ("model.safetensors", "optimizer.safetensors"):
        with (
            safe_open(tmp_path / "a" / file, "np") as one,
            safe_open(tmp_path / "b" / file, "np") as other,
        ):
            assert sorted(one.keys()) == sorted(other.keys())
    with safe_open(tmp_path / "a" / "model.safetensors", "np") as model:
        assert {"dense/hidden_1/kernel", "dense/logits/bias"} < set(model.keys())


@pytest.mark.parametrize("file", ["model.safetensors", "optimizer.safetensors", "trainer.json"])
@pytest.mark.parametrize(
    ("damage", "message"), [("remove", "has no"), ("cut", "is damaged"), ("fill", "is damaged")]
)
def test_bad_files_are_refused_and_change_nothing(lab, tmp_path, file, damage, message):
    trainer = lab.make_trainer()
    saved = tmp_path / "saved"
    before = lab.stored_values(trainer, saved)
    bad = saved / file
    if damage == "remove":
        bad.unlink()
    else:
        size = bad.stat().st_size
        bad.write_bytes(bad.read_bytes()[: size // 2] if damage == "cut" else b"\xff" * size)
    with pytest.raises(lab.UserError, match=message):
        trainer.load(saved)
    assert lab.stored_values(trainer, tmp_path / "after") == before


def test_another_model_or_optimizer_is_refused(lab, tmp_path):
    lab.stored_values(lab.make_trainer(), tmp_path / "saved")
    other = lab.make_trainer(model_options={"units": (9,)})
    with pytest.raises(lab.UserError, match=r"of another model: dense/hidden_1/bias is 128 "):
        other.load(tmp_path / "saved")
    other = lab.make_trainer(optimizer="sgd")
    with pytest.raises(lab.UserError, match=r"of another optimizer: .* choose a checkpoint"):
        other.load(tmp_path / "saved")
