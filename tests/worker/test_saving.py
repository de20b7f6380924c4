"""Which checkpoints a worker saves and keeps, with real workers on the tiny backend."""

import itertools
import re
from pathlib import Path

from workbench.api import commands, events
from workbench.core.checkpoints import list_checkpoints
from workbench.core.queue import enqueue
from workbench.core.runs import create_run, overview, read_events, send_command

TINY_PLUGIN = Path(__file__).parents[1] / "fakes" / "tiny_plugin.py"


def of(run, kind):
    return [event for event in read_events(run) if isinstance(event, kind)]


def test_only_the_newest_and_the_best_checkpoints_are_kept(start):
    run, worker = start(epochs=1, checkpoint={"every_batches": 1, "keep_last": 2})
    worker.wait(60)
    kept = [checkpoint.manifest.step for checkpoint in list_checkpoints(run)]
    assert kept[-1] == 32
    assert len(kept) == 2


def test_a_checkpoint_that_a_queued_run_begins_with_is_kept(start, tiny_plan, wait_for):
    run, worker = start(
        data={"batch_size": 1},  # long epochs, so that none is kept as the best
        backend={"delay_s": 0.01},
        checkpoint={"every_batches": 8, "keep_last": 1},
    )
    wait_for(lambda: list_checkpoints(run))
    send_command(run, commands.Pause())
    wait_for(lambda: of(run, events.RunPaused))
    first = list_checkpoints(run)[-1]
    waiting = create_run(run.path.parent, tiny_plan())
    waiting.plan.write_text(f'start_from = "{first.path}"\n' + waiting.plan.read_text())
    enqueue(waiting)
    send_command(run, commands.Resume())
    wait_for(lambda: list_checkpoints(run)[-1].manifest.step > first.manifest.step + 40)
    assert first.name in [item.name for item in list_checkpoints(run)]
    worker.kill()


def test_a_save_that_fails_is_an_event_and_ends_nothing(start):
    run, worker = start(epochs=1)
    (run.path / "checkpoints").write_text("a file where the folder should be")
    assert worker.wait(60) == 0
    assert of(run, events.CheckpointFailed)
    assert overview(run).state == "completed"


def test_a_save_that_fails_is_tried_again_when_the_next_is_due(start):
    run, worker = start(
        epochs=1, checkpoint={"every_batches": 10, "every_epochs": 0}, backend={"delay_s": 0.01}
    )
    (run.path / "checkpoints").write_text("a file where the folder should be")
    assert worker.wait(60) == 0
    tried = [event.step for event in of(run, events.CheckpointFailed)]
    assert tried[-1] == 32
    assert all(after - before >= 10 for before, after in itertools.pairwise([0, *tried[:-1]]))


def test_a_trainer_that_fails_to_save_is_told_of_with_its_place(start, tmp_path):
    head = "    def save(self, folder):\n"
    source = TINY_PLUGIN.read_text()
    assert head in source
    plugin = tmp_path / "forgetful.py"
    plugin.write_text(source.replace(head, f"{head}        raise KeyError('weights')\n"))
    run, worker = start(epochs=1, plugins=[str(plugin)])
    assert worker.wait(60) == 0
    told = of(run, events.CheckpointFailed)[0].error
    assert re.fullmatch(r"KeyError: 'weights' \(forgetful\.py, line \d+\)", told)
