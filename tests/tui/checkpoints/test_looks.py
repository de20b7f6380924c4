"""What the Checkpoints screen and its dialogs look like, with frozen checkpoints."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from workbench.api.training import LayerInfo, ModelSummary, TensorStats
from workbench.core.checkpoints.managing import delete_checkpoint, protect_checkpoint
from workbench.tui.screens.checkpoints.inspect import InspectScreen

SIZES = [(80, 24), (160, 48)]
KEYS = {
    "table": ["j"],
    "runs": ["h"],
    "delete": ["a", "d"],
    "trash": ["t"],
    "compare": ["space", "space", "c"],
    "export": ["x"],
}
SUMMARY = ModelSummary(
    "Sequential(...)",
    (
        LayerInfo("conv", "Conv2d", (8, 26, 26), 80, 80),
        LayerInfo("relu", "ReLU", (8, 26, 26), 0, 0),
        LayerInfo("head", "Linear", (10,), 54090, 54090),
    ),
    54170,
    54090,
    (
        TensorStats("conv.weight", (8, 1, 3, 3), "float32", 0.01, 0.2, -0.33, 0.33, (4, 9, 30, 29)),
        TensorStats("head.weight", (10, 5408), "float32", 0.0, 0.01, -0.1, 0.1, (1, 80, 900, 3)),
        TensorStats("head.bias", (10,), "float32", float("nan"), 0.1, float("nan"), 1.0, ()),
    ),
)


@pytest.fixture(autouse=True)
def the_same_everywhere(monkeypatch, session):
    session.config = replace(session.config, runs_dir=Path("runs"))
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def runs(saved_run):
    """A live run on a sample that began with another one's checkpoint."""
    saved_run("warm-lark-2", (0.4, 0.55), age=20_000)
    start = Path("runs/warm-lark-2/checkpoints/step-00000080")
    assert start.is_dir()
    live = saved_run(
        "quiet-otter-12", (0.5, 0.7, None, 0.55, 0.6), end="live", is_sample=True, start_from=start
    )
    protect_checkpoint(live, "step-00000040", True)
    saved_run("tidy-moss-40", (), end="failed", age=900)
    delete_checkpoint(saved_run("calm-owl-1", (0.5, 0.7, 0.6), age=90_000), "step-00000040")
    delete_checkpoint(live, "step-00000120")


async def settle(pilot, until, screen):
    await until(pilot, lambda: "…" not in " ".join(map(str, screen._lineages.values())))
    await until(pilot, lambda: pilot.app.session.history.overview.state == "running")
    for field in pilot.app.screen.query("Input"):
        field.cursor_blink = False


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("what", KEYS)
def test_the_screen_and_its_dialogs(app, snap_compare, until, open_checkpoints, runs, what, size):
    async def before(pilot):
        screen = await open_checkpoints(pilot, 4)
        await settle(pilot, until, screen)  # what is beneath a dialog is not painted at once
        for key in KEYS[what]:
            await pilot.press(key)
            await pilot.pause()
        if what in ("delete", "compare", "export"):
            await until(pilot, lambda: app.screen.is_modal)
        if what == "trash":
            await until(pilot, lambda: len(screen._panel.table.keys) == 1)
        await settle(pilot, until, screen)

    assert snap_compare(app, terminal_size=size, run_before=before)


def test_a_very_small_screen(app, snap_compare, until, open_checkpoints, runs):
    async def before(pilot):
        await settle(pilot, until, await open_checkpoints(pilot, 4))

    assert snap_compare(app, terminal_size=(60, 20), run_before=before)


@pytest.mark.parametrize("size", SIZES)
def test_the_inside_of_a_checkpoint(app, snap_compare, until, open_checkpoints, runs, size):
    async def before(pilot):
        screen = await open_checkpoints(pilot, 4)
        await settle(pilot, until, screen)
        command = "workbench checkpoints show quiet-otter-12@step-00000160 --weights"
        reference = "quiet-otter-12@step-00000160"
        await app.push_screen(InspectScreen(reference, command, SUMMARY, lambda take: None))
        await pilot.press("j")
        await settle(pilot, until, screen)

    assert snap_compare(app, terminal_size=size, run_before=before)
