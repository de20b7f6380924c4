"""The log: it follows its end, stays where one reads, and is laid out only when it must be."""

from textual.app import App

from workbench.tui.widgets import log_view
from workbench.tui.widgets.log_view import LogView


class LogApp(App):
    def compose(self):
        yield LogView(id="log")

    def get_theme_variable_defaults(self):
        return {"muted": "#888888"}


def numbered(first, stop):
    return [("loss", f"line {number}") for number in range(first, stop)]


def seen(log):
    return [log.render_line(y).text.strip() for y in range(log.size.height)]


async def laid_out(pilot):
    """How often the screen was laid out until all that was to be drawn is drawn."""
    counted = []
    pilot.app.screen.screen_layout_refresh_signal.subscribe(
        pilot.app.screen, lambda _: counted.append(1), immediate=True
    )
    await pilot.pause()
    await pilot.pause()
    pilot.app.screen.screen_layout_refresh_signal.unsubscribe(pilot.app.screen)
    return len(counted)


async def test_it_follows_its_end_without_a_layout():
    async with LogApp().run_test(size=(40, 10)) as pilot:
        log = pilot.app.query_one(LogView)
        log.show(numbered(0, 30))
        assert await laid_out(pilot) > 0  # the scrollbar comes
        assert seen(log)[-1] == "line 29"
        log.add(numbered(30, 40))
        assert await laid_out(pilot) == 0
        assert seen(log) == [f"line {number}" for number in range(30, 40)]
        assert log.vertical_scrollbar.window_virtual_size == 40


async def test_it_stays_where_one_reads():
    async with LogApp().run_test(size=(40, 10)) as pilot:
        log = pilot.app.query_one(LogView)
        log.show(numbered(0, 30))
        await pilot.pause()
        log.scroll_to(y=5, animate=False)
        log.add(numbered(30, 40))
        await pilot.pause()
        assert seen(log)[0] == "line 5"
        log.scroll_end(animate=False, immediate=True)
        log.add(numbered(40, 41))
        await pilot.pause()
        assert seen(log)[-1] == "line 40"


async def test_a_shorter_log_takes_the_place_of_a_longer_one():
    async with LogApp().run_test(size=(40, 10)) as pilot:
        log = pilot.app.query_one(LogView)
        log.show(numbered(0, 60))
        await pilot.pause()
        log.show(numbered(100, 120))
        await pilot.pause()
        assert seen(log) == [f"line {number}" for number in range(110, 120)]
        log.show(numbered(0, 3))
        await pilot.pause()
        assert seen(log)[:4] == ["line 0", "line 1", "line 2", ""]


async def test_a_very_long_log_keeps_its_end(monkeypatch):
    monkeypatch.setattr(log_view, "_LIMIT", 20)
    async with LogApp().run_test(size=(40, 10)) as pilot:
        log = pilot.app.query_one(LogView)
        for first in range(0, 100, 10):
            log.add(numbered(first, first + 10))
            await pilot.pause()
        assert seen(log)[-1] == "line 99"
        assert log.virtual_size.height <= 40
        log.scroll_home(animate=False, immediate=True)
        for first in range(100, 200, 10):
            log.add(numbered(first, first + 10))
        await pilot.pause()
        assert log.virtual_size.height > 100  # nothing is taken away from who reads


async def test_a_log_that_is_left_scrolled_up_does_not_grow_for_ever(monkeypatch):
    monkeypatch.setattr(log_view, "_LIMIT", 20)
    async with LogApp().run_test(size=(40, 10)) as pilot:
        log = pilot.app.query_one(LogView)
        log.show(numbered(0, 400))
        await pilot.pause()
        log.scroll_to(y=350, animate=False, immediate=True)
        log.add(numbered(400, 401))
        await pilot.pause()
        assert seen(log)[0] == "line 350"  # though the first lines are gone
        assert log.virtual_size.height == 200
        for first in range(401, 2_001, 10):
            log.add(numbered(first, first + 10))
            assert len(log._lines) <= 400
        await pilot.pause()
        assert log.virtual_size.height <= 400
