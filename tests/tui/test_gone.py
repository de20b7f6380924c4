"""The open run's folder is deleted, comes back, or is renamed, by somebody else."""

import shutil

import pytest

from workbench.core.runs.managing import delete_run, rename_run, restore_run
from workbench.tui import following
from workbench.tui.screens.train.run_header import RunHeader


def state(app):
    return app.session.history.overview.state if app.session.history else None


def offered(app):
    return {
        active.binding.action for active in app.screen.active_bindings.values() if active.enabled
    }


def header(app):
    return app.screen.query_one(RunHeader).render().plain


@pytest.mark.parametrize("end", ["failed", "live"])
async def test_a_run_that_is_deleted_elsewhere_is_gone(app, until, frozen_run, end):
    run = frozen_run("victim", end=end)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: "steer" in offered(app))
        shutil.rmtree(run.path)
        await until(pilot, lambda: state(app) == "gone")
        await until(pilot, lambda: "its folder is gone" in header(app))
        await until(pilot, lambda: "steer" not in offered(app))
        assert {"train", "chart", "plan"} <= offered(app)
        run_actions = {"pause", "resume", "stop", "checkpoint", "evaluate", "predict", "tensors"}
        assert not run_actions & offered(app)


async def test_a_run_that_is_restored_is_open_again(app, until, session, frozen_run):
    run = frozen_run("back", end="failed")
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: state(app) == "failed")
        delete_run(run)
        await until(pilot, lambda: state(app) == "gone")
        restore_run(session.config.runs_dir)
        await until(pilot, lambda: state(app) == "failed")
        await until(pilot, lambda: "make room" in header(app))


async def test_a_run_that_is_renamed_elsewhere_stays_open(app, until, frozen_run):
    run = frozen_run("before")
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: state(app) == "completed")
        renamed = rename_run(run, "after")
        await until(pilot, lambda: app.session.history.run == renamed)
        await until(pilot, lambda: state(app) == "completed")
        assert [notice.message for notice in app._notifications] == ["before is after now."]


async def test_a_run_whose_files_are_yet_to_come_is_waited_for(
    app, until, session, frozen_run, monkeypatch
):
    run, looks, moved = frozen_run("late"), [], []
    elsewhere = run.path.replace(session.config.runs_dir.with_name("late"))
    identity = following.identity
    monkeypatch.setattr(following, "identity", lambda run: looks.append(run) or identity(run))
    monkeypatch.setattr(app, "on_run_moved", moved.append)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: "train" in offered(app))
        app.open_run(run, is_new=True)
        await until(pilot, lambda: len(looks) >= 3)
        elsewhere.replace(run.path)
        await until(pilot, lambda: state(app) == "completed")
        assert moved == []


async def test_a_new_run_of_the_name_is_read_from_its_beginning(app, until, frozen_run):
    run = frozen_run("same", epochs=3)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: state(app) == "completed")
        shutil.rmtree(run.path)
        frozen_run("same", epochs=1, end="failed", age=100)
        await until(pilot, lambda: state(app) == "failed")
        assert len(app.session.history.tests) == 1


async def test_a_runs_folder_out_of_reach_is_no_error_and_may_come_back(
    app, until, session, frozen_run
):
    frozen_run("here")
    runs_dir = session.config.runs_dir
    away = runs_dir.with_name("away")
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: state(app) == "completed")
        runs_dir.replace(away)
        runs_dir.write_text("no folder")  # then files in it are not only absent
        await until(pilot, lambda: state(app) == "gone")
        runs_dir.unlink()
        away.replace(runs_dir)
        await until(pilot, lambda: state(app) == "completed")
        assert not app._notifications
