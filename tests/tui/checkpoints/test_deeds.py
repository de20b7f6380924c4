"""What the keys of the Checkpoints screen do, with real folders and real workers."""

import json
import threading
from pathlib import Path

from textual.widgets import Input, OptionList, Static

from workbench.core.checkpoints import find_checkpoint, list_checkpoints
from workbench.core.checkpoints.managing import delete_checkpoint, list_trash, rename_checkpoint
from workbench.core.queue import queued_runs
from workbench.core.runs import find_run, list_runs, overview
from workbench.tui.screens.asking import AskScreen, WriteScreen
from workbench.tui.screens.checkpoints.compare import CompareScreen
from workbench.tui.screens.checkpoints.exchange import ExchangeScreen
from workbench.tui.screens.checkpoints.inspect import HistogramPanel, InspectScreen
from workbench.tui.screens.checkpoints.verify import VerifyScreen
from workbench.tui.screens.path import PathScreen
from workbench.tui.screens.plan_changes import RepeatScreen
from workbench.tui.screens.predict import PredictScreen
from workbench.tui.screens.train import TrainScreen


def names(run):
    return [item.name for item in list_checkpoints(run)]


def notices(app):
    return [notice.message for notice in app._notifications]


def text_of(screen):
    return "\n".join(str(static.content) for static in screen.query(Static))


async def test_delete_says_what_it_frees_and_what_stays_and_undo_brings_back(
    app, until, saved_run, open_checkpoints
):
    run = saved_run("calm-owl-1", (0.5, 0.7, 0.6))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_checkpoints(pilot, 3)
        await pilot.press("a", "d")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        words = text_of(app.screen)
        assert "frees 8.0 KiB" in words
        assert "stays" in words and "the best of its run by accuracy" in words
        command = "workbench checkpoints delete calm-owl-1@step-00000120 calm-owl-1@step-00000040"
        await pilot.press("y")
        assert app.clipboard == command
        await pilot.press("escape")
        assert len(names(run)) == 3
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("enter")
        await until(pilot, lambda: len(screen._panel.table.keys) == 1)
        assert names(run) == ["step-00000080"]
        await pilot.press("u")
        await until(pilot, lambda: len(screen._panel.table.keys) == 3)
        assert len(names(run)) == 3


async def test_what_is_kept_is_not_deleted(app, until, saved_run, open_checkpoints):
    run = saved_run("calm-owl-1", (0.5, 0.7))
    async with app.run_test(size=(80, 24)) as pilot:
        await open_checkpoints(pilot, 2)
        await pilot.press("d")
        await until(pilot, lambda: any("is kept: it is the best" in one for one in notices(app)))
        assert len(names(run)) == 2


async def test_the_trash_is_looked_at_restored_from_and_emptied(
    app, until, saved_run, open_checkpoints
):
    run = saved_run("calm-owl-1", (0.5, 0.7, 0.6))
    delete_checkpoint(run, "step-00000040")
    delete_checkpoint(run, "step-00000120")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_checkpoints(pilot, 1)
        assert not screen.check_action("empty", ())
        await pilot.press("t")
        table = screen._panel.table
        await until(pilot, lambda: len(table.keys) == 2)
        assert [name.partition("~")[0][-3:] for name in table.keys] == ["120", "040"]
        await pilot.press("j", "u")
        await until(pilot, lambda: len(table.keys) == 1)
        assert "step-00000040" in names(run)
        await pilot.press("E")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        assert "frees 3.0 KiB" in text_of(app.screen)
        await pilot.press("enter")
        await until(pilot, lambda: not list_trash(run) and not table.keys)
        await pilot.press("t")
        await until(pilot, lambda: len(table.keys) == 2)


async def test_undo_reaches_what_was_deleted_before_this_session(
    app, until, saved_run, open_checkpoints
):
    run = saved_run("calm-owl-1", (0.5, 0.7))
    delete_checkpoint(run, "step-00000040")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_checkpoints(pilot, 1)
        await pilot.press("u")
        await until(pilot, lambda: len(screen._panel.table.keys) == 2)
        await until(pilot, lambda: not screen.check_action("undo", ()))


async def test_whether_the_trash_still_has_it_is_looked_up_beside_the_interface(
    app, until, saved_run, open_checkpoints, monkeypatch
):
    saved_run("calm-owl-1", (0.5, 0.7))
    looking = []
    exists = Path.exists

    def noted(path):
        if "~" in path.name:
            looking.append(threading.current_thread())
        return exists(path)

    monkeypatch.setattr(Path, "exists", noted)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_checkpoints(pilot, 2)
        await pilot.press("j", "d")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("enter")
        await until(pilot, lambda: screen._deeds.can_undo)
        assert looking and threading.current_thread() not in looking
        await pilot.press("u")
        await until(pilot, lambda: len(screen._panel.table.keys) == 2)
        assert not screen._deeds.can_undo


async def test_protect_and_let_go_again_with_the_command_to_copy(
    app, until, saved_run, open_checkpoints
):
    run = saved_run("calm-owl-1", (0.5, 0.7, 0.6))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_checkpoints(pilot, 3)
        await pilot.press("P")
        await until(pilot, lambda: "protected" in screen.meant[0].kept)
        assert find_checkpoint(run, "step-00000120").manifest.protected
        await pilot.press("y")
        assert app.clipboard == "workbench checkpoints protect calm-owl-1@step-00000120"
        assert "▣" in app.export_screenshot()
        await pilot.press("P")
        await until(pilot, lambda: "protected" not in screen.meant[0].kept)
        await pilot.press("y")
        assert app.clipboard.endswith("step-00000120 --off")


async def test_rename_checks_the_name_and_the_cursor_goes_along(
    app, until, saved_run, open_checkpoints
):
    run = saved_run("calm-owl-1", (0.5, 0.7, 0.6))
    rename_checkpoint(run, "step-00000080", "good")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_checkpoints(pilot, 3)
        await pilot.press("R")
        await until(pilot, lambda: isinstance(app.screen, WriteScreen))
        line = app.screen.query_one(Input)
        line.value = "latest"
        await until(pilot, lambda: "no name for a checkpoint" in text_of(app.screen))
        line.value = "good"
        await until(pilot, lambda: "already" in text_of(app.screen))
        line.value = "final"
        await until(pilot, lambda: "already" not in text_of(app.screen))
        await pilot.press("enter")
        await until(pilot, lambda: screen._panel.table.key == "calm-owl-1@final")
        assert "final" in names(run)


async def test_verify_finds_what_is_damaged(app, until, saved_run, open_checkpoints):
    run = saved_run("calm-owl-1", (0.5, 0.7, 0.6))
    (run.checkpoints / "step-00000080" / "w.bin").write_bytes(b"y" * 4096)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_checkpoints(pilot, 3)
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.screen, VerifyScreen))
        await until(pilot, lambda: "it is whole" in text_of(app.screen))
        await pilot.press("escape", "a", "v")
        await until(pilot, lambda: isinstance(app.screen, VerifyScreen))
        await until(pilot, lambda: "damaged: 1" in text_of(app.screen))
        assert "SHA-256 differs" in text_of(app.screen)


async def test_compare_puts_metrics_and_plans_of_marked_ones_side_by_side(
    app, until, saved_run, open_checkpoints
):
    first = saved_run("first", (0.5, 0.7), age=100)
    saved_run("second", (0.6,), start_from=first.checkpoints / "step-00000080")
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_checkpoints(pilot, 1)
        assert not screen.check_action("deed", ("compare",))
        await pilot.press("space", "h", "j")
        await until(pilot, lambda: len(screen._panel.table.keys) == 2)
        await pilot.press("l", "space", "c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        words = text_of(app.screen)
        assert "70.0% ★" in words and "1.300000 ★" in words and "60.0%" in words
        assert "start_from" in words and "first@step-00000080" in words
        await pilot.press("y")
        expected = "workbench checkpoints compare first@step-00000080 second@step-00000040"
        assert app.clipboard == expected


async def test_lineage_is_shown_and_ends_where_something_is_gone(
    app, until, saved_run, open_checkpoints
):
    first = saved_run("first", (0.5, 0.7), age=100, start_from="/gone/checkpoints/x")
    saved_run("second", (0.6,), start_from=first.checkpoints / "step-00000080")
    async with app.run_test(size=(160, 48)) as pilot:
        await open_checkpoints(pilot, 1)
        words = "second@step-00000040 ← first@step-00000080 ← /gone/checkpoints/x (gone)"
        await until(pilot, lambda: words in text_of(app.screen))


async def test_inspect_shows_layers_weights_and_a_histogram(
    app, until, start_tiny, open_checkpoints
):
    await start_tiny("calm-owl-1")
    async with app.run_test(size=(80, 24)) as pilot:
        await open_checkpoints(pilot, 3)
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, InspectScreen))
        await until(pilot, lambda: "256 parameters, all trained" in text_of(app.screen))
        panel = app.screen.query_one(HistogramPanel)
        await until(pilot, lambda: "█" in panel.render().plain)
        seen = app.export_screenshot().replace("&#160;", " ")
        assert "Linear" in seen and "4×64" in seen
        await pilot.press("y")
        assert app.clipboard.endswith("--weights")


async def test_inspect_of_a_damaged_checkpoint_says_so(app, until, saved_run, open_checkpoints):
    saved_run("calm-owl-1", (0.5,))
    async with app.run_test(size=(80, 24)) as pilot:
        await open_checkpoints(pilot, 1)
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, InspectScreen))
        await until(pilot, lambda: "✗" in text_of(app.screen))


async def test_export_writes_the_file_and_import_makes_a_run_of_it(
    app, until, start_tiny, open_checkpoints, session, tmp_path
):
    run = await start_tiny("calm-owl-1")
    target = tmp_path / "mine.json"
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_checkpoints(pilot, 3)
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, ExchangeScreen))
        line = app.screen.query_one(Input)
        assert line.value == f"{run.name}-{names(run)[-1]}.json"
        await pilot.press("enter")
        await until(pilot, lambda: app.focused is line)
        line.value = str(tmp_path / "no-such-folder" / "x.json")
        await pilot.press("enter")
        await until(pilot, lambda: "no folder" in text_of(app.screen))
        line.value = str(target)
        await pilot.press("enter")
        await until(pilot, lambda: f"✓ {target}" in text_of(app.screen))
        assert set(json.loads(target.read_text())) == {"weights"}
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen)

        await pilot.press("I")
        await until(pilot, lambda: isinstance(app.screen, PathScreen))
        app.screen.query_one(Input).value = str(target)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ExchangeScreen))
        assert "tiny" in str(app.screen.query_one(OptionList).get_option_at_index(0).prompt)
        await pilot.press("enter")
        app.screen.query_one(Input).value = "from-outside"
        await pilot.press("ctrl+y")
        assert app.clipboard.endswith("--name from-outside")
        await pilot.press("enter")
        await until(pilot, lambda: "✓ from-outside@imported" in text_of(app.screen))
        await pilot.press("enter")
        await until(pilot, lambda: screen._panel.table.key == "from-outside@imported")
    made = find_checkpoint(find_run(session.config.runs_dir, "from-outside"))
    weights = json.loads((made.path / "tiny.json").read_text())["weights"]
    assert weights == json.loads(target.read_text())["weights"]


async def test_an_import_that_fails_leaves_no_run(
    app, until, saved_run, open_checkpoints, session, tmp_path
):
    saved_run("calm-owl-1", (0.5,))
    wrong = tmp_path / "wrong.json"
    wrong.write_text("[]")
    async with app.run_test(size=(80, 24)) as pilot:
        await open_checkpoints(pilot, 1)
        await pilot.press("I")
        await until(pilot, lambda: isinstance(app.screen, PathScreen))
        app.screen.query_one(Input).value = str(wrong)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ExchangeScreen))
        await pilot.press("enter", "enter")
        await until(pilot, lambda: "holds no weights" in text_of(app.screen))
    assert [run.name for run in list_runs(session.config.runs_dir)] == ["calm-owl-1"]


async def test_a_new_run_begins_with_the_weights_of_a_checkpoint(
    app, until, start_tiny, open_checkpoints, session, end_workers
):
    run = await start_tiny("calm-owl-1")
    async with app.run_test(size=(100, 30)) as pilot:
        await open_checkpoints(pilot, 3)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, RepeatScreen))
        assert f"workbench train --from {run.name}@" in text_of(app.screen)
        await pilot.press("t")
        await until(pilot, lambda: isinstance(app.screen, TrainScreen))
        await until(pilot, lambda: session.history.run.name != run.name)
        made = session.history.run
        await until(pilot, lambda: overview(made).state == "completed")
    start = find_checkpoint(made).manifest.plan["start_from"]
    assert start == str(find_checkpoint(run).path)


async def test_a_changed_plan_waits_in_the_queue(
    app, until, start_tiny, open_checkpoints, session, end_workers
):
    await start_tiny("calm-owl-1")
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_checkpoints(pilot, 3)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, RepeatScreen))
        await pilot.press("slash", *"epochs", "enter")
        await until(pilot, lambda: app.screen.query_one("#repeat-keys").key == "epochs")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.focused, Input))
        app.focused.value = "1"
        await pilot.press("enter")
        await until(pilot, lambda: "--set epochs=1" in text_of(app.screen))
        await pilot.press("w")
        await until(pilot, lambda: app.screen is screen)
        await until(pilot, lambda: len(list_runs(session.config.runs_dir)) == 2)
        made = next(run for run in list_runs(session.config.runs_dir) if run.name != "calm-owl-1")
        await until(pilot, lambda: overview(made).state == "completed")
    assert not queued_runs(session.config.runs_dir)
    assert find_checkpoint(made).manifest.plan["epochs"] == 1


async def test_enter_opens_the_checkpoint_on_the_predict_screen(
    app, until, start_tiny, open_checkpoints
):
    run = await start_tiny("calm-owl-1")
    async with app.run_test(size=(120, 36)) as pilot:
        await open_checkpoints(pilot, 3)
        await pilot.press("G", "enter")
        await until(pilot, lambda: isinstance(app.screen, PredictScreen))
        oldest = f"{run.name}@{names(run)[0]}"
        await until(pilot, lambda: app.screen._model and app.screen._model.name == oldest)


async def test_undo_is_not_offered_for_what_is_back_or_gone(
    app, until, saved_run, open_checkpoints
):
    run = saved_run("calm-owl-1", (0.5, 0.7, 0.6))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_checkpoints(pilot, 3)
        table = screen._panel.table

        async def delete_all_that_go():
            await pilot.press("a", "d")
            await until(pilot, lambda: isinstance(app.screen, AskScreen))
            await pilot.press("enter")
            await until(pilot, lambda: len(table.keys) == 1)

        await delete_all_that_go()
        await pilot.press("t")
        await until(pilot, lambda: len(table.keys) == 2)
        await pilot.press("u")  # one by hand; undo brings the other
        await until(pilot, lambda: len(table.keys) == 1)
        await pilot.press("t")
        await until(pilot, lambda: screen.check_action("undo", ()))
        await pilot.press("u")
        await until(pilot, lambda: len(table.keys) == 3)
        assert not [one for one in notices(app) if "not in the trash" in one]
        await until(pilot, lambda: not screen.check_action("undo", ()))

        await delete_all_that_go()
        await pilot.press("t", "E")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("enter")
        await until(pilot, lambda: not list_trash(run) and not table.keys)
        await pilot.press("t")
        await until(pilot, lambda: len(table.keys) == 1)
        assert not screen.check_action("undo", ())
