import math
import re

import pytest

from workbench.core.report.chart import Curve, averaged, chart, ticks


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0, 4690, [0, 1000, 2000, 3000, 4000, 5000]),
        (0.93, 2.31, [0.5, 1, 1.5, 2, 2.5]),
    ],
)
def test_ticks_are_round_numbers_around_the_values(low, high, wanted):
    assert ticks(low, high) == pytest.approx(wanted)


@pytest.mark.parametrize("value", [0.0, 3.0, -2.0, 1e-9, 1e12])
def test_a_single_value_has_ticks_around_it(value):
    marks = ticks(value, value)
    assert marks[0] <= value <= marks[-1]
    assert 3 <= len(marks) <= 8


def test_a_long_curve_is_thinned_and_keeps_its_peaks():
    points = [(step, 1.0) for step in range(100_000)]
    points[54_321] = (54_321, 9.0)
    drawn = chart("Loss", "batches", [Curve("training", "train", points)])
    path = re.search(r'd="M([^"]*)"', drawn).group(1).split("L")
    assert len(path) <= 801
    heights = [float(place.split()[1]) for place in path]
    assert min(heights) < sum(heights) / len(heights) - 100  # the peak, up is small


def test_losses_that_are_no_numbers_are_left_out():
    points = [(1, math.nan), (2, 2.0), (3, math.inf), (4, 1.0)]
    drawn = chart("Loss", "batches", [Curve("test", "test", points, has_dots=True)])
    assert drawn.count("<circle") == 2
    assert "nan" not in drawn
    assert "inf" not in drawn
    assert chart("Loss", "batches", [Curve("test", "test", [(1, math.nan)])]) == ""


def test_a_noisy_curve_has_its_means():
    assert averaged([(step, step % 2) for step in range(3000)])[3] == (69.5, 0.5)
    assert len(averaged([(step, 1.0) for step in range(10_001)])) <= 150
    assert averaged([(1, 2.0), (2, 4.0)]) == [(1, 2.0), (2, 4.0)]
    assert averaged([]) == []
