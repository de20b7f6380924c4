"""A person's own pictures and table, trained by real workers on both backends."""

import importlib.util

import pytest

from workbench.api import events
from workbench.api.errors import UserError
from workbench.core.plan import check_plan, compose
from workbench.core.runs import create_run, launch_worker, read_events
from workbench.core.runs.verifying import verify_resume

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


def test_a_resumed_run_goes_on_with_the_same_random_changes(make_plan, photos, tmp_path):
    changed = {**photos, "augment": ["flip", "crop", "color"]}
    plan = make_plan("pytorch", changed, data={"batch_size": 4, "shuffle": True})
    report = verify_resume(plan, tmp_path, tmp_path / "data", (3, 7), lambda _: None)
    assert report.steps == 10
    assert report.is_exact


def test_random_changes_are_those_of_training_alone(make_plan, photos, tmp_path):
    plain = train(make_plan("pytorch", photos, optimizer={"name": "sgd", "lr": 1e-12}), tmp_path)
    augmented = {**photos, "augment": ["rotate", "color"]}
    plan = make_plan("pytorch", augmented, optimizer={"name": "sgd", "lr": 1e-12})
    found = train(plan, tmp_path)
    first, second = (told(item, events.EpochTested)[0].loss for item in (plain, found))
    assert second == pytest.approx(first, rel=1e-5)
    losses = [event.losses for event in told(found, events.BatchesTrained)]
    assert losses != [event.losses for event in told(plain, events.BatchesTrained)]


def test_random_changes_are_refused_where_a_backend_has_none(make_plan, photos, tmp_path):
    plan = make_plan("keras", {**photos, "augment": ["flip"]})
    (failed,) = told(train(plan, tmp_path, code=2), events.RunFailed)
    assert "with the backend pytorch alone" in failed.error


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
