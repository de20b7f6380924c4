"""The Predict screen, with real processes that keep a model of the tiny backend loaded."""

import asyncio
import struct
import zlib
from pathlib import Path

import pytest
from textual.content import Content
from textual.widgets import Input, OptionList, Static

from workbench.core.checkpoints import find_checkpoint
from workbench.core.evaluation import (
    EvaluationResult,
    ItemColumns,
    RegressionErrors,
    TargetErrors,
    keep_evaluation,
    read_evaluation,
)
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.answers import AnswersScreen
from workbench.tui.screens.path import PathScreen
from workbench.tui.screens.predict import PredictScreen
from workbench.tui.screens.predict.board import Board
from workbench.tui.screens.predict.compare import CompareScreen
from workbench.tui.screens.predict.depth import SampleScreen
from workbench.tui.screens.predict.drawing import DrawScreen
from workbench.tui.screens.predict.items import ItemsPanel
from workbench.tui.screens.predict.own import OwnImageScreen, OwnImagesScreen
from workbench.tui.widgets.matrix import ConfusionMatrix, worst
from workbench.tui.widgets.picture_grid import PictureGrid


def grid(app):
    return app.screen.query_one(PictureGrid)


def title(app):
    return Content.from_markup(app.screen.query_one(ItemsPanel).border_title or "").plain


def words(app, selector):
    return str(app.screen.query_one(selector, Static).content)


def result(app):
    return app.screen._result


def verdicts(app):
    """The first line under each picture of the page that has its image."""
    return [item.captions[0][0] for item in grid(app)._pictures if item.image is not None]


async def evaluated(app, pilot, until):
    """Go to the Predict screen and wait for the evaluation."""
    await until(pilot, lambda: app.session.registry and app.session.history)
    await pilot.press("4")
    await until(pilot, lambda: isinstance(app.screen, PredictScreen) and app.screen.is_composed)
    await until(pilot, lambda: result(app) is not None)
    await until(pilot, lambda: app.focused is app.screen.query_one(ConfusionMatrix))


async def test_from_the_accuracy_to_a_cell_to_its_images_to_one_in_depth(app, until, start_tiny):
    run = await start_tiny("one")
    async with app.run_test(size=(80, 24)) as pilot:
        await evaluated(app, pilot, until)
        found = result(app)
        assert found == read_evaluation(find_checkpoint(run, "best"))
        assert f"accuracy {100 * found.accuracy:.1f}%" in words(app, "#headline")
        matrix = app.screen.query_one(ConfusionMatrix)
        for key in ["up"] * 4 + ["h"] * 4 + ["j", "l"]:
            await pilot.press(key)
        assert matrix.at == (1, 1)
        assert "square taken for what it is" in words(app, "#cell")
        await pilot.press("enter")
        assert app.focused is grid(app)
        assert grid(app).total == found.confusion[1][1]
        assert title(app).startswith("square → square")
        await until(pilot, lambda: verdicts(app))
        assert set(verdicts(app)) == {"✓ square"}
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, SampleScreen))
        assert 'Predicted: "square", Actual: "square"' in words(app, "#sample-line")
        first = str(app.screen.query_one(".dialog").border_title)
        assert "✓ square" in words(app, "#sample-bars") and "loss" in words(app, "#sample-bars")
        assert app.screen.query_one("#sample-saliency")._image is not None
        await pilot.press("full_stop")
        await until(pilot, lambda: str(app.screen.query_one(".dialog").border_title) != first)
        await pilot.press("escape", "escape")
        await until(pilot, lambda: app.focused is matrix)


async def test_filters_and_orders(app, until, start_tiny):
    await start_tiny("one")
    async with app.run_test(size=(120, 36)) as pilot:
        await evaluated(app, pilot, until)
        found = result(app)
        await pilot.press("w")
        wrong = found.size - found.correct
        assert grid(app).total == wrong and "✗ wrong" in title(app)
        await pilot.press("w")
        assert grid(app).total == found.correct and "✓ right" in title(app)
        await pilot.press("w", "o")
        assert "most wrong first" in title(app) and grid(app).total == found.size
        losses = found.items.loss
        shown = app.screen.query_one(ItemsPanel)._shown.indices
        assert losses[shown[0]] == max(losses)
        await pilot.press("y")
        assert "--least-sure" not in app.clipboard and "--most-wrong" in app.clipboard
        await pilot.press("o")
        shown = app.screen.query_one(ItemsPanel)._shown.indices
        assert found.items.confidence[shown[0]] == min(found.items.confidence)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, AnswersScreen))
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, PredictScreen))
        await until(pilot, lambda: grid(app).total == 16 and "square" in title(app))


async def test_the_train_split_and_the_parts_of_an_evaluation(app, until, start_tiny):
    await start_tiny("one")
    async with app.run_test(size=(80, 24)) as pilot:
        await evaluated(app, pilot, until)
        assert not app.screen.query_one("#classes-table").display
        await pilot.press("space")
        assert app.screen.query_one("#classes-table").display
        assert "precision" in words(app, "#classes-table")
        items = app.screen.query_one(ItemsPanel)
        items._is_table = True  # as items without images are told once, and for both splits
        await pilot.press("space", "space", "v")
        await until(pilot, lambda: result(app) is not None and result(app).split == "train")
        assert items._is_table
        assert result(app).size == 512


async def test_the_fixed_samples_epoch_by_epoch(app, until, start_tiny):
    await start_tiny("one")
    async with app.run_test(size=(80, 24)) as pilot:
        await evaluated(app, pilot, until)
        await until(pilot, lambda: app.screen.query_one(ItemsPanel).epochs == 3)
        await pilot.press("left_square_bracket")
        assert "after epoch 3 of 3" in title(app)
        await pilot.press("left_square_bracket", "left_square_bracket", "left_square_bracket")
        assert "after epoch 1 of 3" in title(app)
        await pilot.press("right_square_bracket")
        assert "after epoch 2 of 3" in title(app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, SampleScreen))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: "all classes" in title(app))


async def test_another_checkpoint_is_picked(app, until, start_tiny):
    run = await start_tiny("one")
    async with app.run_test(size=(80, 24)) as pilot:
        await evaluated(app, pilot, until)
        before = app.screen._model.name
        await pilot.press("b")
        await until(pilot, lambda: isinstance(app.screen, AnswersScreen))
        options = app.screen.query_one(OptionList)
        assert options.option_count == 3
        options.highlighted = 0 if before != app.screen._answers[0].value else 1
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PredictScreen))
        await until(pilot, lambda: app.screen._model.name != before)
        await until(pilot, lambda: result(app) is not None)
        assert result(app).run == run.name


async def test_without_a_checkpoint_it_says_what_to_do(app, until):
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.session.registry)
        await pilot.press("4")
        await until(pilot, lambda: isinstance(app.screen, PredictScreen))
        await until(pilot, lambda: "No checkpoint yet" in words(app, "#score-nothing"))


def damage(run):
    (find_checkpoint(run, "best").path / "tiny.json").write_text("{}")


def give_other_classes(run):
    run.events.write_text(run.events.read_text().replace('"circle"', '"disc"'))


def take_for_another_dataset(run):
    manifest = find_checkpoint(run, "best").path / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"name": "tiny"', '"name": "mnist"', 1))


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (damage, "is damaged"),
        (give_other_classes, "was trained with the classes disc, square"),
        (take_for_another_dataset, "was trained on mnist, but its run is one on tiny"),
    ],
)
async def test_a_checkpoint_that_can_not_be_used_is_one_sentence(
    app, until, start_tiny, spoil, sentence
):
    spoil(await start_tiny("one"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.session.history)
        await pilot.press("4")
        await until(pilot, lambda: isinstance(app.screen, PredictScreen))
        await until(pilot, lambda: sentence in words(app, "#score-nothing"))
        assert "\n" not in words(app, "#score-nothing")


def write_image(path, shade):
    from PIL import Image

    Image.new("RGB", (20, 10), shade).save(path)


async def test_ones_own_image_with_each_step_and_a_folder_as_a_table(
    app, until, start_tiny, tmp_path
):
    await start_tiny("one")
    folder = tmp_path / "images"
    folder.mkdir()
    write_image(folder / "dark.png", (10, 10, 10))
    write_image(folder / "light.png", (250, 250, 250))
    (folder / "none.png").write_text("this is no image")
    async with app.run_test(size=(120, 36)) as pilot:
        await evaluated(app, pilot, until)

        async def give(path):
            await pilot.press("i")
            await until(pilot, lambda: isinstance(app.screen, PathScreen))
            app.screen.query_one(Input).value = str(path)
            await pilot.press("enter")

        await give(folder / "light.png")
        await until(pilot, lambda: isinstance(app.screen, OwnImageScreen))
        steps = [
            str(item.content) for item in app.screen.query("#own-steps Static").results(Static)
        ]
        assert steps[0].startswith("original") and any(step.startswith("grey") for step in steps)
        assert "%" in words(app, "#own-bars")
        await pilot.press("escape")
        await give(folder / "none.png")
        await until(pilot, lambda: any("not an image" in n.message for n in app._notifications))
        await give(folder)
        await until(pilot, lambda: isinstance(app.screen, OwnImagesScreen))
        await until(pilot, lambda: isinstance(app.focused, OptionList))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, OwnImageScreen))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(app.screen, PredictScreen))


async def test_drawing_by_keys_and_mouse_is_predicted_undone_and_saved(app, until, start_tiny):
    await start_tiny("one")
    async with app.run_test(size=(80, 24)) as pilot:
        await evaluated(app, pilot, until)
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, DrawScreen))
        board = app.screen.query_one(Board)
        await until(pilot, lambda: app.focused is board)
        await pilot.press("up", "up", "left", "left", "space", *["right"] * 4)
        drawn = board.canvas.values
        assert max(drawn) == 255 and board.is_pen_down
        await until(pilot, lambda: "%" in words(app, "#draw-bars"))
        await pilot.press("space", "down")
        assert board.canvas.values == drawn  # the pen is lifted
        await pilot.press("u")
        assert board.canvas.is_blank
        await until(pilot, lambda: "Draw with the mouse" in words(app, "#draw-bars"))
        left, top, scale = board._place
        begin = (left + int(scale), top + int(scale))
        await pilot.mouse_down(board, offset=begin)
        await pilot.hover(board, offset=(begin[0] + int(4 * scale), begin[1]))
        await pilot.mouse_up(board, offset=(begin[0] + int(4 * scale), begin[1]))
        stroke = board.canvas.values
        assert sum(value > 200 for value in stroke) >= 4
        await until(pilot, lambda: "%" in words(app, "#draw-bars"))
        await pilot.press("w")
        saved = Path("drawing-1.png")
        await until(pilot, saved.exists)
        assert decoded(saved) == ((8, 8), stroke)
        await pilot.press("c")
        assert board.canvas.is_blank
        await pilot.press("u")
        assert board.canvas.values == stroke


def decoded(path):
    """The size and the pixels of a grey PNG file."""
    content = path.read_bytes()
    width, height = struct.unpack(">II", content[16:24])
    begin = content.index(b"IDAT")
    (length,) = struct.unpack(">I", content[begin - 4 : begin])
    rows = zlib.decompress(content[begin + 4 : begin + 4 + length])
    return (width, height), b"".join(
        rows[y * (width + 1) + 1 : (y + 1) * (width + 1)] for y in range(height)
    )


def test_the_cursor_of_a_matrix_begins_at_the_worst_mistake():
    assert worst(((9, 1, 0), (0, 9, 3), (2, 0, 9))) == (1, 2)
    assert worst(((9, 0), (0, 9))) == (0, 0)


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
@pytest.mark.parametrize("keys", [(), ("enter", "enter"), ("d", "space", "right")])
def test_how_it_looks(session, until, start_tiny, snap_compare, monkeypatch, size, keys):
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    asyncio.run(start_tiny("quiet-otter-12"))
    app = WorkbenchApp(session)

    def is_settled():
        if isinstance(app.screen, DrawScreen):
            return "%" in words(app, "#draw-bars")
        return isinstance(app.screen, SampleScreen) or len(verdicts(app)) >= len(grid(app).page)

    async def before(pilot):
        await evaluated(app, pilot, until)
        for key in keys:
            if isinstance(app.screen, PredictScreen):
                await until(pilot, is_settled)
            await pilot.press(key)
            if key == "d":
                await until(pilot, lambda: isinstance(app.screen, DrawScreen))
        if keys:
            await until(pilot, lambda: not isinstance(app.screen, PredictScreen))
        await until(pilot, lambda: app.session.devices and is_settled())

    assert snap_compare(app, terminal_size=size, run_before=before)


async def test_models_side_by_side(app, until, start_tiny):
    await start_tiny("one")
    await start_tiny("two")
    async with app.run_test(size=(120, 40)) as pilot:
        await evaluated(app, pilot, until)
        first = app.screen._model.name
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        models = app.screen._listed
        run = first.partition("@")[0]
        assert all(name.startswith(f"{run}@") for name in models)  # the other has no evaluation
        assert [name for name, item in models.items() if item.result is not None] == [first]
        options = app.screen.query_one(OptionList)
        await until(pilot, lambda: app.focused is options)
        assert "F1 of class" in words(app, "#models-classes")
        other = next(name for name in models if name != first)
        options.highlighted = list(models).index(other)
        await pilot.press("space", "e")
        await until(pilot, lambda: app.screen._listed[other].result is not None)
        assert read_evaluation(find_checkpoint(models[other].run, other.partition("@")[2]))
        head = words(app, "#models-classes").splitlines()[0]
        assert first[-8:] in head and other[-8:] in head
        await pilot.press("y")
        assert app.clipboard.split()[:2] == ["workbench", "evaluate"]
        assert {first, other} <= set(app.clipboard.split())
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PredictScreen))
        await until(pilot, lambda: app.screen._model.name == other)


@pytest.mark.parametrize("size", [(60, 20), (120, 36)])
async def test_the_largest_errors_of_a_regression_fill_its_panel(app, until, start_tiny, size):
    run = await start_tiny("one")
    regression_of(run)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.session.registry)
        await pilot.press("4")
        await until(pilot, lambda: "largest errors" in words(app, "#score-nothing"))
        shown = app.screen.query_one("#score-nothing")
        lines = words(app, "#score-nothing").splitlines()
        assert len(lines) == min(shown.size.height, 6 + 40)
        assert max(len(line) for line in lines) <= shown.size.width
        first = lines[lines.index("largest errors") + 2 :]
        assert first[0].split() == ["39", "39", "-39", "+78"]
        assert first[1].split() == ["38", "-38", "38", "-76"]


def regression_of(run):
    """Turns a run's evaluation into one of a regression whose item i is off by 2 i."""
    checkpoint = find_checkpoint(run, "best")
    said = [float(i if i % 2 else -i) for i in range(40)]
    items = ItemColumns(
        loss=tuple(4 * value**2 for value in said),
        outputs=tuple((value,) for value in said),
        targets=tuple((-value,) for value in said),
    )
    errors = RegressionErrors((TargetErrors("height", 39.0, 2000.0, 1.0, None),))
    result = EvaluationResult(
        run=run.name, checkpoint=checkpoint.name, step=120, split="test", dataset="tiny",
        source="data folder", is_sample=False, classes=(), created=0.0, elapsed_s=0.0,
        loss=2000.0, correct=None, size=40, items=items, errors=errors,
    )  # fmt: skip
    keep_evaluation(checkpoint, result)
