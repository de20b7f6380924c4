"""Tensors on screen: of a paused run and of a checkpoint, by keys, and what it looks like."""

import asyncio
import time

import pytest
from textual.widgets import Static

from workbench.api.events import TensorsRead
from workbench.api.tensors import TensorView
from workbench.core.runs import list_runs, read_events
from workbench.tui.screens.tensors import TensorsScreen
from workbench.tui.screens.train import TrainScreen

SIZES = [(80, 24), (160, 48)]


def seen(app):
    return "\n".join(str(static.content) for static in app.screen.query(Static))


async def test_of_the_paused_run(app, until, session, end_workers):
    session.config.presets["tiny"].update(session.config.preset("slow"))
    async with app.run_test(size=(160, 48)) as pilot:
        await until(pilot, lambda: app.session.registry)
        await pilot.press("t")
        await until(pilot, lambda: session.history and session.history.overview.step)
        await pilot.press("p")
        await until(pilot, lambda: session.history.overview.state == "paused")
        await pilot.press("T")
        await until(pilot, lambda: isinstance(app.screen, TensorsScreen))
        await until(pilot, lambda: "train item 0 through the model" in seen(app))
        assert "The items as the dataset keeps them." in seen(app)
        await pilot.press("b")
        await until(pilot, lambda: "train items 0 to 15, as one batch" in seen(app))
        await pilot.press("l")
        await until(pilot, lambda: "train items 16 to 31" in seen(app))
        await pilot.press("b", "s")
        await until(pilot, lambda: "test item 0 through" in seen(app))
        await pilot.press("h")  # there is none before
        await pilot.press("end")
        await until(pilot, lambda: "How the loss grows with each value" in seen(app))
        await pilot.press("y")
        (run,) = list_runs(session.config.runs_dir)
        assert app.clipboard == f"workbench tensors {run.name} weight.grad --split test"
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, TrainScreen))
        read = [event for event in read_events(run) if isinstance(event, TensorsRead)]
        assert [item.indices[:1] for item in read][:3] == [(0,), (0,), (16,)]


VIEWS = tuple(
    TensorView(
        name=name, kind=kind, shape=shape, dtype=dtype, device="cpu", mean=0.25, std=0.5,
        min=-1.0, max=1.0, zeros=0.125, broken=broken, first=first, requires_grad=grad,
        grad_fn=made, values=tuple(tuple(0.1 * (i - j) for j in range(8)) for i in range(8)),
    )
    for name, kind, shape, dtype, first, grad, made, broken in (
        ("stored", "data", (1, 28, 28), "uint8", (0, 10, 10), False, "", 0),
        ("logits", "output", (1, 10), "float32", (0, 0), True, "AddmmBackward0", 0),
        ("loss", "output", (), "float32", (), True, "NllLossBackward0", 0),
        ("0.weight", "weight", (512, 784), "float32", (0, 0), True, "", 3),
        ("0.weight.grad", "gradient", (512, 784), "float32", (0, 0), False, "", 0),
        ("0.weight.exp_avg", "optimizer", (512, 784), "float32", (0, 0), False, "", 0),
    )
)  # fmt: skip


def pushed(app, found):
    """The screen as if the model had answered at once."""
    screen = TensorsScreen("quiet-otter-12", 64, {"train": 60_000}, lambda *_: _[2](found))
    app.push_screen(screen)


@pytest.mark.parametrize("size", SIZES)
def test_what_it_looks_like(app, snap_compare, monkeypatch, size):
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)

    async def before(pilot):
        deadline = time.monotonic() + 30
        while not (app.session.registry and app.session.devices):
            assert time.monotonic() < deadline
            await asyncio.sleep(0.01)
        pushed(app, TensorsRead(split="train", step=938, indices=(0,), tensors=VIEWS))
        await pilot.pause()
        await pilot.press("j", "j", "j")
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)


async def test_what_can_not_be_looked_into_says_why(app, until):
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.session.registry)
        pushed(app, "The run's backend shows no tensors.")
        await until(pilot, lambda: "backend shows no tensors." in seen(app))
