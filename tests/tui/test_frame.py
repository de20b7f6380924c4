"""The frame of a dialog, and a dialog over what goes on and changes its shape."""

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
