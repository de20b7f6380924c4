"""Opening a run whose file takes long to read, in the real application."""

import os
import time

from workbench.api.events import BatchesTrained, EpochTested, ModelBuilt, RunFinished, RunStarted
from workbench.api.training import ModelSummary
from workbench.core.plan import check_plan
from workbench.core.runs import EventWriter, create_run, skimming
from workbench.tui import following
from workbench.tui.run_history import RunHistory

BATCHES = 3000


def make_run(session, registry):
    plugins = [str(path) for path in session.config.plugin_paths]
    plan = check_plan({**session.config.preset("tiny"), "plugins": plugins}, registry)
    return create_run(session.config.runs_dir, plan, "one")


def write_long_run(session, registry):
    writer = EventWriter(make_run(session, registry))
    writer.write(RunStarted(pid=1, host="box", workbench="1", python="3.11", versions={}))
    summary = ModelSummary("LinearModel(64, 4)", (), 260, 260, ())
    writer.write(
        ModelBuilt(device="cpu", steps_per_epoch=1000, batch_size=16, epochs=3, summary=summary)
    )
    for step in range(1, BATCHES + 1):
        epoch, batch = divmod(step - 1, 1000)
        loss = 9.0 if step == BATCHES // 2 else 1 / step
        writer.write(
            BatchesTrained(
                epoch=epoch, first_batch=batch, losses=(loss,), step=step, current=16 * batch + 16,
                size=16_000, learning_rate=0.1, elapsed_s=0.01,
            )
        )  # fmt: skip
        if batch == 999:
            writer.write(
                EpochTested(
                    epoch=epoch, step=step, accuracy=0.3 * epoch, loss=1.0, correct=1, size=64,
                    elapsed_s=0.1, is_best=True,
                )
            )  # fmt: skip
    writer.write(
        RunFinished(
            end="completed", step=BATCHES, last_accuracy=0.6, best_accuracy=0.6, elapsed_s=30
        )
    )
    writer.close()


async def test_a_long_run_is_shown_by_its_ends_then_by_some_places_then_whole(
    app, until, session, registry, monkeypatch
):
    monkeypatch.setattr(following, "_SKIMMED_BYTES", 2000)
    monkeypatch.setattr(skimming, "_PLACES", 16)
    monkeypatch.setattr(skimming, "_PLACE_BYTES", 1000)
    write_long_run(session, registry)
    adopted = []
    adopt = RunHistory.adopt

    def watched(history, past):
        tests = [test.accuracy for test in past.tests]
        adopted.append((past.overview.state, len(past.losses), past.losses.extremes(), tests))
        adopt(history, past)

    monkeypatch.setattr(RunHistory, "adopt", watched)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: len(adopted) == 3)
        ends, rough, whole = adopted
        assert ends == ("completed", 0, None, [0.6])
        assert rough == ("completed", BATCHES, (1 / BATCHES, 1.0), [0.0, 0.3, 0.6])
        assert whole == ("completed", BATCHES, (1 / BATCHES, 9.0), [0.0, 0.3, 0.6])
        assert app.session.history.losses.extremes() == (1 / BATCHES, 9.0)


async def test_a_run_that_was_launched_elsewhere_just_now_is_starting(
    app, until, session, registry, monkeypatch
):
    run = make_run(session, registry)
    later = time.time() + 600  # however long it takes until the application looks
    os.utime(run.plan, (later, later))
    told, settle = [], RunHistory.settle

    def watched(history, is_alive):
        settle(history, is_alive)
        told.append(history.overview.state)

    monkeypatch.setattr(RunHistory, "settle", watched)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: told)
        assert told[-1] == "starting"
        os.utime(run.plan, (0, 0))  # no worker came
        await until(pilot, lambda: told[-1] == "interrupted")
