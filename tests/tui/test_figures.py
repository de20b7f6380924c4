import base64

import msgspec
import pytest
from textual.app import App

from workbench.api.events import Sample
from workbench.tui.figures import age_text, clock_text, count_text, loss_text, memory_text
from workbench.tui.keys import key_groups
from workbench.tui.widgets.log_view import wrap
from workbench.tui.widgets.progress import progress_bar
from workbench.tui.widgets.sample_grid import SampleGrid, arrange


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (834.4, "834"),
        (999.9, "1.0k"),
        (36_400, "36.4k"),
        (364e3, "364k"),
        (1.2e6, "1.2M"),
    ],
)
def test_counts(value, text):
    assert count_text(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(5, "0:05"), (125, "2:05"), (3723, "1:02:03"), (-1, "0:00")]
)
def test_clock(seconds, text):
    assert clock_text(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(-3, "now"), (59, "now"), (60, "1 min"), (7300, "2 h"), (2e5, "2 d")]
)
def test_ages(seconds, text):
    assert age_text(seconds) == text


def test_losses_and_memory():
    assert loss_text(None) == "–"
    assert loss_text(0.12349) == "0.1235"
    assert loss_text(float("nan")) == "nan"
    assert memory_text(3 * 2**30, 16 * 2**30) == "3.0/16.0 GiB"


@pytest.mark.parametrize(("share", "done"), [(0, ""), (0.5, "━━"), (0.625, "━━╸"), (2, "━━━━")])
def test_a_progress_bar_tells_done_from_left_without_colour(share, done):
    assert progress_bar(share, 4).plain == done.ljust(4, "┄")


def test_wrapping_breaks_at_blanks_and_loses_no_word():
    rows = wrap("one two three four five six", 10)
    assert all(len(row) <= 10 for row in rows)
    assert " ".join(rows).split() == ["one", "two", "three", "four", "five", "six"]
    assert wrap("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]


@pytest.mark.parametrize(("width", "height"), [(38, 6), (66, 17), (38, 12), (120, 30)])
def test_as_many_samples_as_fit(width, height):
    plan = arrange(8, width, height)
    assert plan is not None
    assert plan.count >= 3
    assert plan.rows * plan.cell_height <= height
    assert plan.columns * (plan.cell_width + 1) - 1 <= width


def test_every_key_has_an_id_of_its_own_and_says_what_it_does():
    bindings = [binding for group in key_groups() for binding in group.bindings]
    ids = [binding.id for binding in bindings]
    assert None not in ids
    assert len(set(ids)) == len(ids)
    assert all(binding.description for binding in bindings)


async def test_samples_without_images_are_whole_lines():
    class Shown(App):
        def compose(self):
            yield SampleGrid("", id="samples")

        def get_theme_variable_defaults(self):
            return {"muted": "#888888"}

    def sample(predicted, actual, confidence):
        return Sample(
            index=0,
            predicted=predicted,
            actual=actual,
            confidence=confidence,
            shape=(2,),
            pixels="",
        )

    samples = [
        sample("0.559094", "1.17168", None),
        sample("moon", "moon", 0.9),
        sample("moon", "sun", 0.6),
    ]
    app = Shown()
    async with app.run_test(size=(40, 5)) as pilot:
        grid = app.query_one(SampleGrid)
        grid.show(samples)
        await pilot.pause()
        lines = [grid.render_line(y).text.rstrip() for y in range(3)]
    assert lines == [" ≈ 0.559094     is 1.17168", " ✓ moon         90%", " ✗ moon         is sun"]


async def test_pictures_stay_from_one_epoch_to_the_next_but_not_with_another_size_or_theme():
    pixels = base64.b64encode(bytes(range(0, 256, 4))).decode()
    item = Sample(
        index=0, predicted="moon", actual="sun", confidence=0.6, shape=(8, 8), pixels=pixels
    )

    class Shown(App):
        def compose(self):
            yield SampleGrid("", id="samples")

        def get_theme_variable_defaults(self):
            return {"muted": "#888888"}

    app = Shown()
    async with app.run_test(size=(40, 12)) as pilot:
        grid = app.query_one(SampleGrid)

        def drawn():
            return [grid.render_line(y) for y in range(grid.size.height)]

        grid.show([item])
        await pilot.pause()
        first, kept = drawn(), grid._pictures
        grid.show([msgspec.structs.replace(item, predicted="sun")])
        await pilot.pause()
        assert [strip.text for strip in drawn()] != [strip.text for strip in first]
        (before,), (after,) = kept.values(), grid._pictures.values()
        assert after is before
        grid.show([item] * 9)
        await pilot.pause()
        small = drawn()
        assert small != first
        grid.show([item])
        app.theme = "textual-light"
        await pilot.pause()
        light = drawn()
        assert [strip.text for strip in light] == [strip.text for strip in first]
        assert light != first
