import gc

from textual._styles_cache import StylesCache

from workbench.tui.screens.help import HelpScreen
from workbench.tui.screens.train.plan.rows import FieldRow


def caches():
    gc.collect()
    return sum(type(item) is StylesCache for item in gc.get_objects())


async def test_what_a_closed_dialog_drew_is_let_go(app, until):
    async def open_and_close():
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen) and app.screen.children)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, HelpScreen))
        await pilot.pause()

    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.screen.query(FieldRow))
        await open_and_close()
        before = caches()
        for _ in range(3):
            await open_and_close()
        assert caches() <= before
