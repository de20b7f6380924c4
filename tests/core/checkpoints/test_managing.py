"""Renaming, protecting, deleting and restoring."""

import subprocess
import sys

import msgspec
import pytest

from workbench.api.errors import UserError
from workbench.core.checkpoints import (
    Manifest,
    Metrics,
    find_checkpoint,
    list_checkpoints,
    save_checkpoint,
    verify,
)
from workbench.core.checkpoints.keeping import kept
from workbench.core.checkpoints.managing import (
    delete_checkpoint,
    delete_checkpoints,
    empty_trash,
    list_trash,
    protect_checkpoint,
    put_back,
    rename_checkpoint,
    restore_checkpoint,
    why_kept,
)
from workbench.core.runs import RunFolder, RunLock


@pytest.fixture
def run(tmp_path):
    """A run with checkpoints of steps 1 to 4, of which step 2 is the best."""
    folder = RunFolder(tmp_path / "calm-owl-1")
    folder.path.mkdir()
    for step, accuracy in enumerate((0.5, 0.9, 0.7, None), start=1):
        save(folder, step, accuracy)
    return folder


def save(folder, step, accuracy, name=""):
    manifest = Manifest(
        name=name or f"step-{step}",
        run=folder.name,
        created=float(step),
        reason="epoch",
        epoch=step,
        batch=0,
        step=step,
        epochs=9,
        learning_rate=0.1,
        metrics=Metrics(accuracy, None),
        best_accuracy=None,
        best_loss=None,
        epochs_since_best=0,
        elapsed_s=1.0,
        plan={},
        versions={},
    )
    return save_checkpoint(folder, manifest, lambda path: (path / "w").write_bytes(b"x" * step))


def names(folder):
    return [item.name for item in list_checkpoints(folder)]


def test_a_deleted_checkpoint_can_be_brought_back_whole(run):
    delete_checkpoint(run, "step-1")
    delete_checkpoint(run, "step-3")
    assert names(run) == ["step-2", "step-4"]
    assert [item.manifest.name for item in list_trash(run)] == ["step-1", "step-3"]
    assert restore_checkpoint(run).name == "step-3"
    assert restore_checkpoint(run, "step-1").name == "step-1"
    assert names(run) == ["step-1", "step-2", "step-3", "step-4"]
    verify(find_checkpoint(run, "step-1"))


def test_the_best_and_the_protected_are_not_deleted(run):
    protect_checkpoint(run, "step-1", True)
    for name, reason in (("step-2", "the best"), ("step-1", "protected")):
        with pytest.raises(UserError, match=reason):
            delete_checkpoint(run, name)
    protect_checkpoint(run, "step-1", False)
    delete_checkpoint(run, "step-1")
    assert names(run) == ["step-2", "step-3", "step-4"]


def test_the_newest_of_a_live_run_is_not_deleted(run):
    newest = find_checkpoint(run, "latest")
    assert why_kept(run, newest) == ""
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path\n"
            "from workbench.core.runs import RunFolder, RunLock\n"
            "with RunLock(RunFolder(Path(sys.argv[1]))): print('held', flush=True); input()",
            str(run.path),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout.readline() == b"held\n"
    assert "live" in why_kept(run, newest)
    holder.communicate(b"\n")
    with RunLock(run):
        pass
    assert why_kept(run, newest) == ""


def test_a_renamed_checkpoint_keeps_its_files_and_place(run):
    rename_checkpoint(run, "step-3", "before-lunch")
    assert names(run) == ["step-1", "step-2", "before-lunch", "step-4"]
    verify(find_checkpoint(run, "before-lunch"))
    for name in ("../out", "latest", "step-1", ""):
        with pytest.raises(UserError):
            rename_checkpoint(run, "before-lunch", name)


def test_a_name_that_a_later_step_will_have_is_refused(run):
    with pytest.raises(UserError, match="choose another name"):
        rename_checkpoint(run, "step-3", "step-00000200")


def test_a_restored_checkpoint_never_replaces_another(run):
    delete_checkpoint(run, "step-1")
    save(run, 1, 0.4)
    with pytest.raises(UserError, match="rename that one first"):
        restore_checkpoint(run, "step-1")


def test_restoring_what_was_never_deleted_says_so(run):
    with pytest.raises(UserError, match='no deleted checkpoint "step-9"'):
        restore_checkpoint(run, "step-9")


def test_emptying_the_trash_says_what_it_freed(run):
    deleted = delete_checkpoint(run, "step-3")
    manifest_bytes = len(msgspec.json.format(msgspec.json.encode(deleted.manifest)))
    assert empty_trash(run) == 3 + manifest_bytes
    assert list_trash(run) == []


def test_several_are_deleted_or_none(run):
    with pytest.raises(UserError, match="best"):
        delete_checkpoints(run, ["step-1", "step-2"])
    with pytest.raises(UserError, match="step-9"):
        delete_checkpoints(run, ["step-1", "step-9"])
    assert names(run) == ["step-1", "step-2", "step-3", "step-4"]
    deleted = delete_checkpoints(run, ["step-1", "step-3"])
    assert names(run) == ["step-2", "step-4"]
    for item in deleted:
        put_back(run, item)
    assert names(run) == ["step-1", "step-2", "step-3", "step-4"]


def test_one_that_is_not_in_the_trash_any_more(run):
    (deleted,) = delete_checkpoints(run, ["step-1"])
    empty_trash(run)
    with pytest.raises(UserError, match="trash"):
        put_back(run, deleted)


def test_what_a_queued_run_begins_with_is_in_use(run, tmp_path):
    waiting = tmp_path / "next-run"
    waiting.mkdir()
    (waiting / "run.toml").write_text(f'start_from = "{run.checkpoints / "step-1"}"\n')
    (waiting / "queued").write_text("")
    reasons = kept(run, list_checkpoints(run))
    assert reasons["step-1"] == {
        "in use": "next-run begins with it, and has no checkpoint of its own yet"
    }
    assert list(reasons["step-2"]) == ["best"]
    assert set(reasons) == {"step-1", "step-2"}


def test_verifying_says_how_much_it_read_and_can_be_ended(run):
    read = []
    verify(find_checkpoint(run, "step-3"), read.append)
    assert sum(read) == 3

    def enough(_):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        verify(find_checkpoint(run, "step-3"), enough)


def test_what_is_cut_short_is_damaged_before_anything_is_read(run):
    checkpoint = find_checkpoint(run, "step-3")
    last = checkpoint.path / max(checkpoint.manifest.files)
    last.write_bytes(last.read_bytes()[:-1])
    read = []
    with pytest.raises(UserError, match="is damaged"):
        verify(checkpoint, read.append)
    assert read == []
