import json
import os
from pathlib import Path

import pytest

from workbench.api import UserError
from workbench.core.checkpoints import (
    Manifest,
    Metrics,
    find_checkpoint,
    list_checkpoints,
    save_checkpoint,
    superseded,
    sweep,
    verify,
)
from workbench.core.checkpoints.store import HALF
from workbench.core.runs import RunFolder


@pytest.fixture
def run(tmp_path):
    folder = RunFolder(tmp_path / "run")
    folder.path.mkdir()
    return folder


def manifest(step, accuracy=None, loss=None, **more):
    return Manifest(
        **{
            "name": f"step-{step:08d}", "run": "run", "created": float(step), "reason": "epoch",
            "epoch": 0, "batch": step, "step": step, "epochs": 1, "learning_rate": 0.1,
            "metrics": Metrics(accuracy, loss), "best_accuracy": None, "best_loss": None,
            "epochs_since_best": 0, "elapsed_s": 0.0, "plan": {}, "versions": {}, **more,
        }
    )  # fmt: skip


def save(run, *given, content="weights", **more):
    def write(folder):
        (folder / "deep").mkdir()
        (folder / "model.bin").write_text(content)
        (folder / "deep" / "state.json").write_text("{}")

    return save_checkpoint(run, manifest(*given, **more), write)


def test_a_checkpoint_says_what_it_holds(run):
    saved = save(run, 5, 0.5, 1.5)
    assert saved == find_checkpoint(run)
    assert set(saved.manifest.files) == {"model.bin", "deep/state.json"}
    assert saved.manifest.size_bytes == 9
    assert saved.manifest.metrics == Metrics(0.5, 1.5)
    verify(saved)
    assert json.loads((saved.path / "manifest.json").read_text())["step"] == 5


def test_a_save_that_fails_leaves_the_earlier_ones(run):
    save(run, 1)

    def fail(folder):
        (folder / "half").write_text("half")
        raise OSError(28, "No space left on device")

    for step in (1, 2):
        with pytest.raises(OSError, match="No space left"):
            save_checkpoint(run, manifest(step), fail)
    (kept,) = list_checkpoints(run)
    verify(kept)
    assert [path.name for path in run.checkpoints.iterdir()] == [kept.name]


def test_saving_a_name_again_replaces_it(run):
    save(run, 1, content="old")
    again = save(run, 1, content="new")
    assert (again.path / "model.bin").read_text() == "new"
    verify(again)
    assert [path.name for path in run.checkpoints.iterdir()] == [again.name]


def test_one_that_can_not_be_put_in_place_leaves_the_earlier_one(run, monkeypatch):
    save(run, 1, content="old")
    replace = Path.replace

    def fail(path, target):
        if path.name.startswith(HALF):
            raise OSError(5, "Input/output error")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="Input/output error"):
        save(run, 1, content="new")
    (kept,) = list_checkpoints(run)
    assert (kept.path / "model.bin").read_text() == "old"
    assert [path.name for path in run.checkpoints.iterdir()] == [kept.name]


def test_what_is_no_checkpoint_is_not_listed(run):
    assert list_checkpoints(run) == []
    saved = save(run, 1)
    for name, text in (
        ("torn", '{"name": "to'),
        ("later", '{"format": 2}'),
        (".staging-step-00000009", (saved.path / "manifest.json").read_text()),
    ):
        (run.checkpoints / name).mkdir()
        (run.checkpoints / name / "manifest.json").write_text(text)
    (run.checkpoints / "file").write_text("")
    assert list_checkpoints(run) == [saved]


def test_damage_is_found(run):
    saved = save(run, 1)
    (saved.path / "model.bin").write_text("weighty")
    with pytest.raises(UserError, match=r"model\.bin is damaged \(its SHA-256 differs\)"):
        verify(saved)
    (saved.path / "model.bin").unlink()
    with pytest.raises(UserError, match=r"model\.bin is missing; use another checkpoint"):
        verify(saved)


def test_checkpoints_are_found_by_name_or_meaning(run):
    for step, accuracy in ((30, 0.5), (10, 0.9), (20, None)):
        save(run, step, accuracy)
    assert [item.manifest.step for item in list_checkpoints(run)] == [10, 20, 30]
    assert find_checkpoint(run).manifest.step == 30
    assert find_checkpoint(run, "best").manifest.step == 10
    assert find_checkpoint(run, "step-00000020").manifest.step == 20
    with pytest.raises(UserError, match='no checkpoint "run@bst"'):
        find_checkpoint(run, "bst")


def test_a_run_without_any(run):
    with pytest.raises(UserError, match="The run run has no checkpoint yet"):
        find_checkpoint(run)
    run.path.rename(run.path.with_name("renamed"))
    with pytest.raises(UserError, match='The run "run" is gone: it was deleted, or has another'):
        find_checkpoint(run)


def kept(run, keep_last, metric="accuracy"):
    found = list_checkpoints(run)
    gone = superseded(found, keep_last, metric)
    return [item.manifest.step for item in found if item not in gone]


def test_the_newest_the_best_and_the_protected_are_kept(run):
    save(run, 1, 0.3, 0.9)
    save(run, 2, 0.9, 0.8)
    save(run, 3, 0.5, 0.1)
    save(run, 4, protected=True, name="mine")
    save(run, 5, 0.9, "nan")
    save(run, 6)
    assert kept(run, 1) == [2, 4, 6]
    assert kept(run, 1, "loss") == [3, 4, 6]
    assert kept(run, 3) == [2, 4, 5, 6]
    assert kept(run, 0) == [1, 2, 3, 4, 5, 6]
    assert kept(run, 99) == [1, 2, 3, 4, 5, 6]


def test_what_a_killed_worker_left_is_swept(run):
    save(run, 1)
    half = run.checkpoints / ".staging-step-00000002"
    half.mkdir()
    (half / "model.bin").write_text("half")
    # Killed between taking the old one aside and putting the new one in its place.
    aside = run.checkpoints / ".staging-old-step-00000003"
    save(run, 3)
    (run.checkpoints / "step-00000003").replace(aside)
    leftover = run.checkpoints / ".staging-old-step-00000001"
    leftover.mkdir()
    sweep(run)
    assert sorted(path.name for path in run.checkpoints.iterdir()) == [
        "step-00000001", "step-00000003",
    ]  # fmt: skip
    for checkpoint in list_checkpoints(run):
        verify(checkpoint)


def test_one_called_old_that_was_half_saved_is_not_put_back_as_another(run):
    def die(folder):
        (folder / "model.bin").write_text("half")
        os._exit(9)

    pid = os.fork()
    if pid == 0:
        save_checkpoint(run, manifest(1, name="old-mine"), die)
    os.waitpid(pid, 0)
    assert list(run.checkpoints.iterdir())
    sweep(run)
    assert list(run.checkpoints.iterdir()) == []


def test_no_name_is_no_checkpoint(run):
    save(run, 1)
    with pytest.raises(UserError):
        find_checkpoint(run, "")
