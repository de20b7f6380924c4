import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.tui.widgets.chart.canvas import Canvas
from workbench.tui.widgets.chart.plot import Axes, Dense, Mark, Points, changed_cells, draw
from workbench.tui.widgets.chart.series import LARGEST, Series
from workbench.tui.widgets.chart.ticks import labels, nice_ticks, whole_ticks

numbers = st.floats(min_value=-1e6, max_value=1e6)
any_floats = st.floats(allow_nan=True, allow_infinity=True)


def text(rows):
    return ["".join(part for part, _ in row) for row in rows]


@given(st.lists(any_floats, max_size=400), st.data())
def test_a_range_keeps_its_lowest_and_highest(values, data):
    series = Series(values)
    start = data.draw(st.integers(0, len(values)))
    stop = data.draw(st.integers(start, len(values)))
    finite = [value for value in values[start:stop] if abs(value) < LARGEST]
    assert series.extremes(start, stop) == ((min(finite), max(finite)) if finite else None)
    assert series.has_broken(start, stop) == (len(finite) < stop - start)


@given(st.lists(any_floats, max_size=300), st.lists(any_floats, max_size=300), st.data())
def test_truncated_and_extended_it_is_as_if_made_so(before, after, data):
    length = data.draw(st.integers(0, len(before)))
    series = Series(before)
    for start in range(0, len(before), 50):
        series.bucket(start, start + 70)  # what is remembered must not outlive the values
    series.truncate(length)
    series.extend(after)
    fresh = Series([*before[:length], *after])
    assert len(series) == len(fresh)
    for start in range(0, len(fresh), 50):
        assert series.bucket(start, start + 70) == fresh.bucket(start, start + 70)
    for start in range(0, len(fresh), 50):
        assert series.extremes(start, start + 70) == fresh.extremes(start, start + 70)
        assert series.has_broken(start, start + 70) == fresh.has_broken(start, start + 70)


@given(st.lists(any_floats, max_size=100), any_floats, st.integers(-1, 300))
def test_one_value_many_times_is_as_if_added_one_by_one(before, value, count):
    series, fresh = Series(before), Series([*before, *[value] * count])
    series.repeat(value, count)
    assert len(series) == len(fresh)
    assert repr(series.last) == repr(fresh.last)
    for start in range(0, len(fresh), 50):
        assert series.bucket(start, start + 70) == fresh.bucket(start, start + 70)
        assert series.has_broken(start, start + 70) == fresh.has_broken(start, start + 70)


@given(st.lists(numbers, min_size=2, max_size=3000), st.integers(20, 90), st.integers(5, 30))
def test_no_spike_disappears(values, width, height):
    """The highest value touches the top row and the lowest is drawn, however many there are."""
    high = max(values) + 10 * (max(values) - min(values) + 1)
    values[len(values) // 2] = high
    rows = draw((Dense(Series(values), "band"),), Axes(len(values), len(values)), width, height)
    assert rows
    assert any(layer == "band" for _, layer in rows[0] + rows[1])
    assert all(len(line) == width for line in text(rows))


@given(st.lists(any_floats, min_size=1, max_size=200))
def test_any_values_can_be_drawn(values):
    points = Points(tuple(enumerate(values)), "secondary")
    curves = (Dense(Series(values), "band"), points)
    rows = draw(curves, Axes(len(values), 10, "epoch", percent=True), 40, 10)
    finite = any(abs(value) < LARGEST for value in values)
    assert len(rows) == (10 if finite else 0)


@given(st.lists(numbers, min_size=2, max_size=400))
def test_many_points_of_a_column_are_drawn_as_if_each_were_joined_to_the_next(values):
    points = tuple(enumerate(values))
    joined = tuple(Points(pair, "secondary", "") for pair in pairwise(points))
    axes = Axes(len(values), 10)
    assert draw((Points(points, "secondary", ""),), axes, 30, 8) == draw(joined, axes, 30, 8)


def test_of_the_points_of_thousands_of_epochs_few_lines_are_drawn(monkeypatch):
    drawn, line = [], Canvas.line
    monkeypatch.setattr(Canvas, "line", lambda *given: drawn.append(1) or line(*given))
    points = tuple((at, math.sin(at)) for at in range(10_000))
    assert draw((Points(points, "secondary"),), Axes(10_000, 10), 60, 14)
    assert len(drawn) < 1_000


def test_of_a_thousand_marks_one_line_is_drawn_in_a_column(monkeypatch):
    drawn, line = [], Canvas.line
    monkeypatch.setattr(Canvas, "line", lambda *given: drawn.append(1) or line(*given))
    marks = tuple(Mark(at, "η") for at in range(1_000))
    assert draw(
        (Points(((0, 0.0), (1_000, 1.0)), "secondary"),), Axes(1_000, 10, marks=marks), 60, 14
    )
    assert len(drawn) <= 2 * 60 + 1


def test_a_value_that_is_no_number_is_marked_and_breaks_no_line():
    rows = draw((Dense(Series([1, 2, math.nan, 2, 1]), "band"),), Axes(5, 5), 30, 8)
    assert ("✕", "broken") in rows[0]


def test_a_chart_in_full():
    series = Series([4.0, 3.0, 2.0, 1.0])
    rows = draw((Dense(series, "band"),), Axes(4, 2, "epoch"), 24, 6)
    assert [row.rstrip() for row in text(rows)] == [
        "4 ┤┈┈⠈⠑⠤⢄┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈",
        "  │      ⠉⠑⠢⢄⡀",
        "2 ┤┈┈┈┈┈┈┈┈┈┈⠈⠑⠢⠤⣀┈┈┈┈┈┈",
        "  │               ⠉⠑⠢⠄",
        "0 ┼─────────────────────",
        "   0         1   epoch 2",
    ]


def test_too_small_a_place_stays_empty():
    assert draw((Dense(Series([1, 2]), "band"),), Axes(2, 1), 5, 2) == []
    assert draw((), Axes(1, 1), 40, 10) == []


@given(numbers, numbers, st.integers(2, 8))
def test_ticks_are_round_begin_below_and_are_few(one, other, most):
    low, high = min(one, other), max(one, other)
    ticks = nice_ticks(low, high, most)
    assert len(ticks) >= 2
    assert ticks[0] <= low + 1e-6 * max(abs(low), abs(high)) + 1e-9
    assert len(ticks) <= most + 3
    assert len(set(labels(ticks))) == len(ticks)


@pytest.mark.parametrize(
    ("ticks", "percent", "expected"),
    [
        ([0.0, 0.5, 1.0], False, ["0.0", "0.5", "1.0"]),
        ([0.0, 0.25, 0.5], True, ["0%", "25%", "50%"]),
        ([0.6, 0.625], True, ["60.0%", "62.5%"]),
        ([1.0, 2.0], False, ["1", "2"]),
        ([0.0, 2e6, 4e6], False, ["0", "2e+06", "4e+06"]),
    ],
)
def test_labels_have_as_many_decimals_as_the_step(ticks, percent, expected):
    assert labels(ticks, percent=percent) == expected


@given(st.integers(1, 5000), st.integers(1, 20))
def test_whole_ticks_hold_both_ends(last, most):
    ticks = whole_ticks(last, most)
    assert ticks[-1] == last
    assert ticks == sorted(set(ticks))
    assert len(ticks) <= most + 2


def test_a_cell_shows_the_curve_that_was_drawn_last():
    canvas = Canvas(2, 1)
    canvas.dot(0, 0, "band")
    canvas.dot(1, 3, "primary")
    assert canvas.cell(0, 0) == (chr(0x2880), "primary")
    assert canvas.cell(0, 1) == (" ", "")
    canvas.mark(3, 0, "●", "secondary")
    assert canvas.cell(0, 1) == ("●", "secondary")


@given(st.lists(any_floats, min_size=1, max_size=300), st.booleans(), st.data())
def test_any_part_of_any_values_can_be_drawn(values, is_log, data):
    start = data.draw(st.integers(0, len(values) - 1))
    stop = data.draw(st.integers(start + 1, len(values)))
    curves = (Dense(Series(values), "band"), Points(tuple(enumerate(values)), "secondary"))
    marks = (Mark(start, "η"), Mark(stop + 5, "◆"))
    axes = Axes(
        len(values), 10, "epoch", start=start, stop=stop, log=is_log, marks=marks, cursor=start
    )
    rows = draw(curves, axes, 40, 10)
    assert all(len(line) == 40 for line in text(rows))
    shown = [value for value in values[start:stop] if abs(value) < LARGEST]
    assert bool(rows) or is_log or not shown


def test_a_logarithmic_axis_has_powers_of_ten():
    series = Series([0.001, 0.01, 0.1, 1.0, 10.0])
    rows = text(draw((Dense(series, "band"),), Axes(5, 5, log=True), 40, 11))
    named = [float(row.split()[0]) for row in rows[:-1] if row.split()[0][0].isdigit()]
    assert named == [10.0, 1.0, 0.1, 0.01, 0.001]


def cells(row):
    return [(letter, layer) for text, layer in row for letter in text]


runs_of_text = st.lists(st.tuples(st.text("ab ", min_size=1, max_size=4), st.sampled_from("xy")))


@given(runs_of_text, runs_of_text)
def test_a_row_with_its_changed_cells_painted_over_is_the_new_row(before, now):
    old, new = cells(before), cells(now)
    for start, stop in changed_cells(before, now):
        old[start:stop] = new[start:stop]
    assert old == new


def test_of_a_row_that_did_not_change_nothing_is_painted():
    row = [("abc", "x"), ("d", "y")]
    assert changed_cells(row, [("abc", "x"), ("d", "y")]) == []
    assert changed_cells(row, [("ab", "x"), ("e", "x"), ("d", "y")]) == [(2, 3)]
    assert changed_cells([("ab", "x"), ("c", "x")], [("abc", "x")]) == []
