"""Rendering only what changed, against what Textual renders of the whole screen."""

import random

import pytest
from textual._compositor import Compositor
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from workbench.tui.painting import SparingCompositor
from workbench.tui.screens.train.plan.rows import FieldRow
from workbench.tui.shown import _cells, _pieces_of

SIZE = WIDTH, HEIGHT = (120, 36)


def some_regions(draw):
    """One to three rectangles, some of which reach over the edge of the screen."""
    return {
        Region(
            draw.randrange(-5, WIDTH), draw.randrange(HEIGHT), draw.randrange(1, 60),
            draw.randrange(1, 12),
        )
        for _ in range(draw.randrange(1, 4))
    }  # fmt: skip


def painted(update):
    """The cells of an update, by row and column."""
    return {
        (y, x + at): cell
        for y, x, strip in _pieces_of(update)
        for at, cell in enumerate(_cells(strip))
    }


async def test_what_changed_is_painted_as_textual_paints_it(app, until):
    draw = random.Random(0)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: app.screen.query(FieldRow))
        compositor = app.screen._compositor
        assert isinstance(compositor, SparingCompositor)
        whole = [_cells(strip) for strip in compositor.render_strips()]
        for _ in range(60):
            regions = some_regions(draw)
            compositor._dirty_regions = set(regions)
            cells = painted(compositor.render_partial_update())
            inside = {
                (y, x)
                for region in regions
                for y in range(max(0, region.y), min(HEIGHT, region.bottom))
                for x in range(max(0, region.x), min(WIDTH, region.right))
            }
            assert inside <= cells.keys()  # and what a widget has at the left of it
            assert all(cell == whole[y][x] for (y, x), cell in cells.items())


@pytest.mark.parametrize("keys", [(), ("question_mark",), ("2",)])
async def test_the_whole_screen_is_painted_as_textual_paints_it(app, until, keys):
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: app.screen.query(FieldRow))
        await pilot.press(*keys)
        await pilot.pause()
        compositor = app.screen._compositor
        whole = compositor.size.region
        ours = compositor._render_chops(whole, lambda y: True)
        textual = Compositor._render_chops(compositor, whole, lambda y: True)
        assert [list(row) for row in ours] == [list(row) for row in textual]
        for own, other in zip(ours, textual, strict=True):
            assert _cells(Strip.join(own.values())) == _cells(Strip.join(other.values()))
        assert len(compositor.render_strips(Size(WIDTH + 8, HEIGHT + 3))) == HEIGHT


async def test_only_the_widgets_that_changed_are_rendered(app, until, monkeypatch):
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: app.screen.query(FieldRow))
        compositor = app.screen._compositor
        top, bottom = app.screen.query_one("TopBar"), app.screen.query_one("KeyBar")
        rendered = []

        def render_lines(widget, crop, original=Widget.render_lines):
            rendered.append(widget)
            return original(widget, crop)

        monkeypatch.setattr(Widget, "render_lines", render_lines)
        compositor._dirty_regions = {top.region, bottom.region}
        compositor.render_partial_update()
        assert set(rendered) <= {top, bottom, *top.walk_children(), *bottom.walk_children()}
        compositor._dirty_regions = set()
        assert compositor.render_partial_update() is None
