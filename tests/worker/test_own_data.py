"""A person's own pictures and table, trained by real workers on both backends."""

import importlib.util

import pytest

from workbench.api import events
from workbench.api.errors import UserError
from workbench.core.plan import check_plan, compose
from workbench.core.runs import create_run, launch_worker, read_events
from workbench.worker.setup import create_trainer, prepare_data

np = pytest.importorskip("numpy")
Image = pytest.importorskip("PIL.Image")
MODULES = {"pytorch": "torch", "keras": "tensorflow"}
SMALL = {
    "pytorch": {"backend": {"name": "pytorch"}, "model": {"name": "mlp", "hidden": [16]}},
    "keras": {"backend": {"name": "keras"}, "model": {"name": "dense", "units": [16]}},
}


@pytest.fixture
def photos(tmp_path):
    draw = np.random.default_rng(0)
    for name, red in (("dark", 20), ("light", 200)):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for place in range(12):
            pixels = np.clip(red + draw.normal(0, 20, (20, 24, 3)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(tmp_path / "photos" / name / f"{place}.png")
    return {"name": "image-folder", "path": str(tmp_path / "photos"), "size": 8}


@pytest.fixture
def make_plan(registry):
    def make(backend, dataset, **changes):
        if importlib.util.find_spec(MODULES[backend]) is None:
            pytest.skip(f"{MODULES[backend]} is not installed")
        base = {"dataset": {"name": "toy"}, "epochs": 2}
        document = compose(base, SMALL[backend], registry)
        changed = {
            "dataset": dataset,
            "optimizer": {"name": "adam", "lr": 0.02},
            "data": {"batch_size": 4},
            **changes,
        }
        return check_plan(compose(document, changed, registry), registry)

    return make


def train(plan, tmp_path, code=0):
    run = create_run(tmp_path / "runs", plan)
    worker = launch_worker(run, tmp_path / "data")
    try:
        assert worker.wait(200) == code, run.log.read_text()
    finally:
        worker.kill()
        worker.wait()
    return read_events(run)


def told(found, kind):
    return [event for event in found if isinstance(event, kind)]


@pytest.mark.parametrize("backend", MODULES)
def test_pictures_are_learned(backend, make_plan, photos, tmp_path):
    found = train(make_plan(backend, photos, epochs=8), tmp_path)
    (data,) = told(found, events.DataPrepared)
    assert (data.classes, data.sizes) == (("dark", "light"), {"train": 20, "test": 4})
    assert told(found, events.EpochTested)[-1].accuracy == 1.0
    assert {item.actual for item in told(found, events.SamplesPredicted)[-1].samples} == {
        "dark",
        "light",
    }


@pytest.fixture
def make_trainer(make_plan, photos, registry, tmp_path):
    """A trainer in this process, on pictures that change at random."""

    def make(backend, *augment):
        changes = {**photos, "augment": list(augment)}
        plan = make_plan(backend, changes, data={"batch_size": 4, "shuffle": True})
        prepared = prepare_data(plan, registry, tmp_path / "data")
        return create_trainer(plan, registry, prepared)

    return make


RATES = [0.02] * 5


def test_a_resumed_run_goes_on_with_the_same_random_changes(make_trainer, tmp_path):
    whole = make_trainer("pytorch", "flip", "crop", "color")
    whole.start_epoch(0)
    losses = whole.train(range(5), RATES)
    first = make_trainer("pytorch", "flip", "crop", "color")
    first.start_epoch(0)
    assert first.train(range(2), RATES[:2]) == losses[:2]
    first.save(tmp_path)
    second = make_trainer("pytorch", "flip", "crop", "color")
    second.load(tmp_path)
    assert second.train(range(2, 5), RATES[2:]) == losses[2:]


def test_random_changes_are_those_of_training_alone(make_trainer):
    found = []
    for augment in ((), (), ("rotate", "color")):
        trainer = make_trainer("pytorch", *augment)
        loss = trainer.evaluate("test").loss
        trainer.start_epoch(0)
        found.append((loss, trainer.train(range(5), RATES)))
    assert found[0] == found[1]
    assert found[2][0] == found[0][0]
    assert found[2][1] != found[0][1]


def test_random_changes_are_refused_where_a_backend_has_none(make_trainer):
    with pytest.raises(UserError, match="with the backend pytorch alone"):
        make_trainer("keras", "flip")


@pytest.mark.parametrize("backend", MODULES)
def test_a_table_with_values_is_learned(backend, make_plan, tmp_path):
    draw = np.random.default_rng(0)
    rows = draw.normal(size=(80, 2))
    text = "\n".join(f"{x},{y},{2 * x - y}" for x, y in rows.tolist())
    (tmp_path / "table.csv").write_text(f"x,y,z\n{text}\n")
    dataset = {"name": "table", "path": str(tmp_path / "table.csv"), "task": "regression"}
    found = train(make_plan(backend, dataset), tmp_path)
    assert told(found, events.DataPrepared)[0].targets == ("z",)
    first, last = told(found, events.EpochTested)
    assert last.mae < first.mae < 2


def test_a_path_must_be_said_and_becomes_absolute(make_plan, photos, tmp_path, monkeypatch):
    with pytest.raises(UserError, match=r"dataset\.path is not set"):
        make_plan("pytorch", {"name": "image-folder"})
    monkeypatch.chdir(tmp_path)
    plan = make_plan("pytorch", {**photos, "path": "photos"})
    assert plan.dataset.options.path == str(tmp_path / "photos")
