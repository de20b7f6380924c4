"""Runs that are renamed, repeated, annotated, deleted and restored."""

import pytest

from workbench.api import events
from workbench.api.errors import UserError
from workbench.core.checkpoints import find_checkpoint
from workbench.core.queue import enqueue, queued_runs
from workbench.core.runs import (
    RunFolder,
    create_run,
    is_alive,
    list_runs,
    managing,
    overview,
    read_events,
)

SLOW = {"backend": {"delay_s": 0.01}, "epochs": 100}


@pytest.fixture
def ended(start):
    """A run that was trained to its end."""
    run, worker = start(epochs=1)
    worker.wait(60)
    return run


def test_a_deleted_run_is_whole_when_it_is_restored(ended):
    runs_dir, before = ended.path.parent, read_events(ended)
    managing.delete_run(ended)
    assert list_runs(runs_dir) == []
    (trashed,) = managing.list_trashed_runs(runs_dir)
    assert managing.trashed_name(trashed) == ended.name

    assert managing.restore_run(runs_dir, ended.name) == ended
    assert read_events(ended) == before
    assert find_checkpoint(ended).manifest.step == 32


def test_of_two_deleted_runs_of_a_name_the_last_is_restored(tmp_path, tiny_plan):
    runs_dir = tmp_path / "runs"
    for epochs in (1, 2):
        managing.discard_run(create_run(runs_dir, tiny_plan(epochs=epochs), "one"))
    restored = managing.restore_run(runs_dir)
    assert "epochs = 2" in restored.plan.read_text()
    with pytest.raises(UserError, match='a run "one" already'):
        managing.restore_run(runs_dir)
    managing.empty_trash_of_runs(runs_dir)
    with pytest.raises(UserError, match='no deleted run "any"'):
        managing.restore_run(runs_dir)


def test_a_live_run_is_neither_deleted_nor_renamed(start, wait_for):
    run, _ = start(**SLOW)
    with pytest.raises(UserError, match="stop it first"):
        managing.delete_run(run)  # its worker is on the way, and has not taken the lock
    wait_for(lambda: is_alive(run))
    with pytest.raises(UserError, match="stop it first"):
        managing.delete_run(run)
    with pytest.raises(UserError, match="stop it first"):
        managing.rename_run(run, "other")
    assert is_alive(run)


def test_a_renamed_run_goes_on_under_its_new_name(start):
    run, worker = start(epochs=1)
    worker.wait(60)
    renamed = managing.rename_run(run, "other")
    assert renamed.name == "other"
    assert not run.path.exists()
    assert overview(renamed).state == "completed"
    _, worker = start(renamed)
    assert worker.wait(60) == 0
    started = [event for event in read_events(renamed) if isinstance(event, events.RunStarted)]
    assert started[-1].checkpoint == find_checkpoint(renamed).name


@pytest.mark.parametrize("name", ["", "a/b", ".hidden", "..", "a" * 101])
def test_a_name_that_is_none_is_refused(ended, name):
    with pytest.raises(UserError, match="no name for a run"):
        managing.rename_run(ended, name)


def test_a_taken_name_is_refused(ended, tiny_plan):
    create_run(ended.path.parent, tiny_plan(), "taken")
    with pytest.raises(UserError, match='a run "taken" already'):
        managing.rename_run(ended, "taken")


def test_a_repeated_run_has_the_same_plan(ended, registry):
    repeated = managing.repeat_run(ended.path.parent, ended, registry, "again")
    assert repeated.plan.read_text() == ended.plan.read_text()
    assert overview(repeated).state == "starting"


def test_a_queued_run_leaves_the_queue_when_it_is_deleted(tmp_path, tiny_plan):
    run = create_run(tmp_path / "runs", tiny_plan())
    enqueue(run)
    managing.delete_run(run)
    assert queued_runs(run.path.parent) == []
    assert not managing.restore_run(run.path.parent).queued.exists()


def test_a_queued_run_keeps_its_place_when_it_is_renamed(tmp_path, tiny_plan):
    run = create_run(tmp_path / "runs", tiny_plan())
    enqueue(run)
    renamed = managing.rename_run(run, "other")
    assert queued_runs(run.path.parent) == [renamed]


def notes(run):
    return [event for event in read_events(run) if isinstance(event, events.NoteAdded)]


def test_a_note_on_an_ended_run_follows_its_last_event(ended):
    last = read_events(ended)[-1].seq
    managing.add_note(ended, "the first good one")
    (note,) = notes(ended)
    assert (note.text, note.step, note.seq) == ("the first good one", 32, last + 1)
    assert overview(ended).state == "completed"


def test_a_note_on_a_live_run_is_written_by_its_worker(start, wait_for):
    run, _ = start(**SLOW)
    wait_for(lambda: overview(run).step > 0)
    managing.add_note(run, "looks good")
    assert wait_for(lambda: notes(run))[0].step > 0


def test_a_worker_for_a_deleted_run_leaves_nothing_behind(ended, start):
    managing.delete_run(ended)
    ended.path.mkdir()  # for its log; what the worker itself does is what counts
    _, worker = start(RunFolder(ended.path))
    assert worker.wait(60) == 2
    assert [path.name for path in ended.path.iterdir()] == ["worker.log"]
    assert "was deleted or renamed" in ended.log.read_text()
