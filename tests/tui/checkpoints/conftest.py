"""The Checkpoints screen, with checkpoints that were written or really trained."""

import os

import pytest

from workbench.core.checkpoints import Manifest, Metrics, save_checkpoint
from workbench.core.files import read_toml
from workbench.tui.screens.checkpoints import CheckpointsScreen

NOW = 1_700_000_000.0


@pytest.fixture
def saved_run(frozen_run):
    """Writes a run with one checkpoint an epoch; ``accuracies`` are those of the tests."""

    def make(name, accuracies=(0.5, 0.7, 0.6), *, start_from=None, age=0, **more):
        run = frozen_run(name, age=age, **more)
        plan = read_toml(run.plan)
        if start_from is not None:
            plan["start_from"] = str(start_from)
        for epoch, accuracy in enumerate(accuracies, start=1):
            manifest = Manifest(
                name=f"step-{epoch * 40:08d}",
                run=name,
                created=NOW - age + 60 * epoch,
                reason="epoch" if accuracy is not None else "policy",
                epoch=epoch if accuracy is not None else 0,
                batch=0 if accuracy is not None else 20,
                step=epoch * 40,
                epochs=4,
                learning_rate=0.5,
                metrics=Metrics(accuracy, None if accuracy is None else 2 - accuracy),
                best_accuracy=max((item or 0 for item in accuracies[:epoch]), default=None),
                best_loss=None,
                epochs_since_best=0,
                elapsed_s=2.0 * epoch,
                plan=plan,
                versions={"python": "3.11"},
            )
            size = 1024 * (6 - epoch)
            save_checkpoint(
                run, manifest, lambda path, size=size: (path / "w.bin").write_bytes(b"x" * size)
            )
        os.utime(run.plan, (NOW - age, NOW - age))
        return run

    return make


@pytest.fixture
def open_checkpoints(app, until):
    """Goes to the Checkpoints screen, and waits until so many checkpoints are listed."""

    async def go(pilot, count):
        await until(pilot, lambda: app.session.registry and app.session.history)
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.screen, CheckpointsScreen))
        screen = app.screen
        await until(pilot, lambda: screen.is_composed and len(screen._panel.table.keys) == count)
        await until(pilot, lambda: app.focused is screen._panel.table)
        await until(pilot, lambda: screen._runs._glances)
        return screen

    return go
