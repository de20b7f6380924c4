"""Runs over one another."""

import math
from dataclasses import replace

import pytest

from workbench.tui.screens.runs.compare import CompareScreen
from workbench.tui.screens.runs.compare.chart import SIGNS, RunsChart
from workbench.tui.screens.runs.compare.curves import reduced
from workbench.tui.widgets.chart import Series
from workbench.tui.widgets.long_table import LongTable
from workbench.tui.widgets.row_list import Column
from workbench.tui.widgets.table_layout import plain


@pytest.fixture
def open_compare(app, until, frozen_run, open_runs):
    """Compares two ended runs and a live one, whose plans differ in a value."""

    async def go(pilot):
        for age, (name, end, lr) in enumerate(
            [("one", "completed", "0.5"), ("two", "failed", "0.25"), ("three", "live", "0.5")]
        ):
            run = frozen_run(name, end=end, epochs=age + 1, age=age)
            run.plan.write_text(run.plan.read_text().replace("lr = 0.5", f"lr = {lr}"))
        await open_runs(pilot, 3)
        await pilot.press("a", "c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        await until(pilot, lambda: app.screen.query_one(LongTable).keys)
        return app.screen

    return go


async def test_the_best_comes_first_with_curves_signs_and_what_differs(app, until, open_compare):
    async with app.run_test(size=(160, 40)) as pilot:
        screen = await open_compare(pilot)
        table = screen.query_one(LongTable)
        assert table.keys == ("three", "two", "one")
        assert "optimizer.lr" in [column.title for column in table.columns_shown]
        lines = ["".join(text for text, _ in table._line(y)) for y in (1, 2, 3)]
        assert [sign in line for sign, line in zip(SIGNS, lines, strict=False)] == [True] * 3
        assert "0.25" in lines[1] and "0.5" in lines[0]
        await pilot.pause()
        # The accuracies lie over one another here; the signs of the losses never do.
        chart = screen.query_one("#loss-of-runs", RunsChart)
        drawn = "".join(text for row in chart._rows for text, _ in row)
        assert all(sign in drawn for sign in SIGNS[:3])


async def test_hiding_views_copying_and_opening(app, until, open_compare):
    async with app.run_test(size=(160, 40)) as pilot:
        screen = await open_compare(pilot)
        chart = screen.query_one("#accuracy-of-runs", RunsChart)
        await pilot.press("space")
        await pilot.pause()
        drawn = "".join(text for row in chart._rows for text, _ in row)
        assert SIGNS[0] not in drawn and SIGNS[1] in drawn
        await pilot.press("v")
        assert not screen.query_one("#compare-accuracy").display
        await pilot.press("v")
        assert not screen.query_one("#compare-loss").display
        await pilot.press("y")
        assert app.clipboard.startswith("workbench compare ")
        assert set(app.clipboard.split()[2:]) == {"one", "two", "three"}
        await pilot.press("j", "enter")
        await until(pilot, lambda: app.current_mode == "train")
        assert app.session.history.run.name == "two"
        await pilot.press("2")
        await until(pilot, lambda: type(app.screen).__name__ == "RunsScreen")


async def test_where_columns_do_not_fit_arrows_reach_them(app, until, open_compare):
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_compare(pilot)
        table = screen.query_one(LongTable)
        titles = lambda: [column.title for column in table.columns_shown]  # noqa: E731
        assert "state" not in titles()
        seen = set(titles())
        for _ in range(8):
            await pilot.press("l")
            seen |= set(titles())
        assert {"best", "optimizer.lr", "best loss", "time", "state"} <= seen
        await pilot.press("escape")
        await until(pilot, lambda: type(app.screen).__name__ == "RunsScreen")


async def test_a_live_run_goes_on(app, until, frozen_run, open_compare):
    async with app.run_test(size=(160, 40)) as pilot:
        screen = await open_compare(pilot)
        before = screen._compared.curves["three"]
        more = frozen_run("more", epochs=4)
        live = more.path.parent / "three" / "events.jsonl"
        added = more.events.read_bytes()[len(live.read_bytes()) :]
        with live.open("ab") as file:
            file.write(added)
        await until(pilot, lambda: screen._compared.curves["three"] != before)


async def test_regressions_are_compared_by_their_error(app, until, open_compare):
    async with app.run_test(size=(160, 40)) as pilot:
        screen = await open_compare(pilot)
        panel = screen.query_one("#compare-accuracy")
        assert "Test accuracy" in panel.border_title
        curves = {
            name: replace(run, accuracy=(), error=((1.0, 0.25), (2.0, 0.125)))
            for name, run in screen._compared.curves.items()
        }
        screen._show_charts(replace(screen._compared, curves=curves))
        await pilot.pause()
        assert "Mean absolute error of the test" in panel.border_title
        chart = screen.query_one("#accuracy-of-runs", RunsChart)
        drawn = "".join(text for row in chart._rows for text, _ in row)
        assert "%" not in drawn and SIGNS[0] in drawn


def test_reducing_keeps_the_spike():
    values = [1.0] * 100_000
    values[54_321] = 50.0
    values[60_000] = math.nan
    points = reduced(Series(values), 1000)
    assert len(points) < 1000
    assert max(y for _, y in points) == 50.0
    assert points[-1][0] == 100.0


def test_a_key_that_is_called_as_a_result_keeps_its_own_cells(monkeypatch):
    columns = (Column("loss", 6), Column("loss", 6, rank=1))
    table = LongTable("")
    monkeypatch.setattr(table, "_columns", columns)
    monkeypatch.setattr(table, "_layout", lambda: (list(columns), [6, 6], 1))
    assert "".join(text for text, _ in table._row([plain("0.5"), plain("mse")])) == "0.5    mse    "
