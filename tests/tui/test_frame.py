"""The frame of a dialog, and a dialog over what goes on and changes its shape."""

from workbench.tui.screens.confirm import ConfirmScreen
from workbench.tui.screens.help import HelpScreen
from workbench.tui.screens.train.plan.rows import FieldRow
from workbench.tui.widgets.frame import Frame, keys_that_fit

KEYS = ("enter do", "y copy", "tab next", "esc back")


def test_where_there_is_little_room_the_way_out_stays():
    assert keys_that_fit(KEYS, 40) == "enter do · y copy · tab next · esc back"
    assert keys_that_fit(KEYS, 38) == "enter do · y copy · esc back"
    assert keys_that_fit(KEYS, 20) == "enter do · esc back"
    assert keys_that_fit(KEYS, 5) == "esc back"


def line(app, y):
    return "".join(segment.text for segment in app.screen._compositor.render_strips()[y])


async def test_what_is_beneath_a_dialog_takes_the_shape_of_the_terminal(app, until):
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: app.screen.query(FieldRow))
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        assert "Devices" in line(app, 0)
        assert "↑↓ scroll" in str(app.screen.query_one(Frame).border_subtitle)
        await pilot.resize_terminal(60, 20)
        # The short names, the device bar and the keys are where they are without a dialog.
        await until(pilot, lambda: "7 Dev " in line(app, 0) and "no GPU" in line(app, 18))
        assert "? help" in line(app, 19)


async def test_a_dialog_over_a_dialog_is_laid_out_once(app, until):
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: app.screen.query(FieldRow))
        sizes = []
        lower, upper = Counting("lower", sizes), Counting("upper", sizes)
        await app.push_screen(lower)
        await app.push_screen(upper)
        sizes.clear()
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: ("lower", 80) in sizes and ("upper", 80) in sizes)
        for _ in range(20):
            await pilot.pause()
        assert len(sizes) <= 4


class Counting(ConfirmScreen):
    """Writes down how wide it is each time that it is told."""

    def __init__(self, name, sizes):
        super().__init__("Really?", "yes")
        self._called, self._sizes = name, sizes

    def on_resize(self, event):
        self._sizes.append((self._called, event.size.width))
