"""What is freed of runs that were really trained."""

import os
import signal
import time

import pytest

from workbench.api.errors import UserError
from workbench.core.checkpoints import find_checkpoint, list_checkpoints, verify
from workbench.core.checkpoints.managing import (
    delete_checkpoint,
    folder_bytes,
    protect_checkpoint,
)
from workbench.core.queue import enqueue
from workbench.core.runs import create_run, is_alive, overview
from workbench.core.runs.cleaning import find_holdings, free
from workbench.core.runs.managing import delete_run, rename_run, restore_run

KEEP_ALL = {"epochs": 5, "checkpoint": {"keep_last": 0, "every_batches": 8}}


@pytest.fixture
def ended(start):
    """Trains a run that keeps all its checkpoints, and names it."""

    def train(name="one", **changes):
        run, worker = start(**{**KEEP_ALL, **changes})
        worker.wait(60)
        return rename_run(run, name)

    return train


def free_all(runs_dir, **filters):
    """The bytes that were shown, that were said to be freed, and that really were."""
    before = folder_bytes(runs_dir)
    holdings = find_holdings(runs_dir, **filters)
    shown = sum(holding.freeable_bytes for holding in holdings)
    said = sum(free(holding) for holding in holdings)
    return shown, said, before - folder_bytes(runs_dir)


def test_what_is_freed_is_exactly_what_was_shown(ended):
    run = ended()
    runs_dir = run.path.parent
    delete_checkpoint(run, list_checkpoints(run)[1].name)
    protect_checkpoint(run, list_checkpoints(run)[2].name, True)
    (run.path / ".reserve").write_bytes(b"\0" * 1000)
    (run.checkpoints / ".staging-step-00000099").mkdir()
    (run.checkpoints / ".staging-step-00000099" / "tiny.json").write_bytes(b"half")
    kept = {list_checkpoints(run)[2].name, find_checkpoint(run).name}
    kept.add(find_checkpoint(run, "best").name)
    delete_run(ended("two"))

    shown, said, freed = free_all(runs_dir)
    assert shown == said == freed > 0
    assert {item.name for item in list_checkpoints(run)} == kept
    for checkpoint in list_checkpoints(run):
        verify(checkpoint)
    assert free_all(runs_dir) == (0, 0, 0)
    with pytest.raises(UserError, match="no deleted run"):
        restore_run(runs_dir)


def test_what_a_run_holds_is_the_size_of_its_folder(ended):
    run = ended()
    delete_checkpoint(run, list_checkpoints(run)[1].name)
    (holding,) = find_holdings(run.path.parent)
    parts = (holding.events_bytes, holding.checkpoints_bytes, holding.trash_bytes)
    assert all(parts)
    assert sum(parts) == folder_bytes(run.path)


def test_looking_changes_nothing(ended):
    run = ended()
    before = sorted(path for path in run.path.rglob("*"))
    assert find_holdings(run.path.parent)[0].garbage
    assert sorted(path for path in run.path.rglob("*")) == before


def test_the_best_by_the_plans_own_metric_is_kept_too(ended):
    run = ended(checkpoint={**KEEP_ALL["checkpoint"], "keep_best": "loss"})
    by_loss = min(
        (item for item in list_checkpoints(run) if item.manifest.metrics.loss is not None),
        key=lambda item: float(item.manifest.metrics.loss),
    )
    free_all(run.path.parent)
    names = [item.name for item in list_checkpoints(run)]
    assert by_loss.name in names
    assert find_checkpoint(run, "best").name in names


def test_a_cleaned_run_that_was_killed_still_goes_on(start, wait_for):
    run, worker = start(backend={"delay_s": 0.005}, checkpoint={"every_batches": 4, "keep_last": 0})
    wait_for(lambda: len(list_checkpoints(run)) > 3)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    _, _, freed = free_all(run.path.parent)
    assert freed > 0
    _, worker = start(run)
    assert worker.wait(60) == 0
    assert overview(run).state == "completed"


def test_a_checkpoint_that_was_being_replaced_is_no_leftover(ended):
    run = ended()
    latest = find_checkpoint(run)
    latest.path.replace(run.checkpoints / f".staging-old-{latest.name}")
    free_all(run.path.parent)
    assert (run.checkpoints / f".staging-old-{latest.name}").is_dir()


def test_runs_at_work_and_runs_that_wait_are_left_alone(start, wait_for, tmp_path, tiny_plan):
    live, _ = start(epochs=100, backend={"delay_s": 0.01})
    wait_for(lambda: is_alive(live))
    waiting = create_run(live.path.parent, tiny_plan())
    enqueue(waiting)
    assert find_holdings(live.path.parent) == []


def test_a_run_that_was_resumed_meanwhile_is_left_alone(ended, start, wait_for):
    run = ended()
    (holding,) = find_holdings(run.path.parent)
    names = [item.name for item in list_checkpoints(run)]
    from workbench.api.commands import SetEpochs
    from workbench.core.runs import append_command

    append_command(run, SetEpochs(epochs=500))
    start(run)
    wait_for(lambda: is_alive(run))
    with pytest.raises(UserError, match="has a worker already"):
        free(holding)
    assert names == [item.name for item in list_checkpoints(run)][: len(names)]


def test_only_the_runs_that_fit_are_cleaned(ended):
    old, new = ended("old"), ended("new", backend={"fail_at": 20})
    runs_dir = old.path.parent
    names = [holding.name for holding in find_holdings(runs_dir)]
    assert names == ["new", "old"]
    assert [item.name for item in find_holdings(runs_dir, keep=1)] == ["old"]
    assert [item.name for item in find_holdings(runs_dir, states=("failed",))] == ["new"]
    assert find_holdings(runs_dir, states=("running",)) == []
    assert find_holdings(runs_dir, older_than_days=1) == []

    delete_run(new)
    (trashed,) = find_holdings(runs_dir, states=("deleted",))
    assert (trashed.name, trashed.state) == ("new", "deleted")
    assert abs(trashed.updated - time.time()) < 60


def test_what_a_queued_run_begins_with_is_kept(ended, tiny_plan):
    run = ended()
    first, second = list_checkpoints(run)[:2]
    waiting = create_run(run.path.parent, tiny_plan())
    waiting.plan.write_text(f'start_from = "{first.path}"\n' + waiting.plan.read_text())
    enqueue(waiting)
    free_all(run.path.parent)
    names = [item.name for item in list_checkpoints(run)]
    assert first.name in names and second.name not in names


def test_what_a_run_would_begin_with_again_is_kept_until_it_has_saved(ended, start):
    run = ended()
    first, second = list_checkpoints(run)[:2]
    begun, worker = start(start_from=str(first.path), backend={"fail_at": 2})
    assert worker.wait(60) and overview(begun).state == "failed"
    assert not list_checkpoints(begun)
    free_all(run.path.parent)
    names = [item.name for item in list_checkpoints(run)]
    assert first.name in names and second.name not in names
    with pytest.raises(UserError, match=f"{begun.name} begins with it, and has no checkpoint"):
        delete_checkpoint(run, first.name)

    (begun.plan).write_text(begun.plan.read_text().replace("fail_at = 2", "fail_at = -1"))
    _, worker = start(begun)
    assert worker.wait(60) == 0 and list_checkpoints(begun)
    free_all(run.path.parent)
    assert first.name not in [item.name for item in list_checkpoints(run)]


def test_what_was_protected_after_the_look_is_kept(ended):
    run = ended()
    holdings = find_holdings(run.path.parent)
    first, second = list_checkpoints(run)[:2]
    protect_checkpoint(run, first.name, True)
    for holding in holdings:
        free(holding)
    names = [item.name for item in list_checkpoints(run)]
    assert first.name in names and second.name not in names
