import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.core.plan.settings import ScheduleSettings
from workbench.core.schedules import schedule_factor

NAMES = ("constant", "step", "cosine", "one-cycle")


def factors(settings, steps_per_epoch=10, epochs=4):
    return [
        schedule_factor(settings, step, steps_per_epoch, epochs)
        for step in range(steps_per_epoch * epochs)
    ]


def test_constant_is_exactly_one():
    assert factors(ScheduleSettings()) == [1.0] * 40


def test_step_drops_at_the_beginning_of_epochs():
    found = factors(ScheduleSettings(name="step", step_epochs=2, gamma=0.5))
    assert found == [1.0] * 20 + [0.5] * 20


def test_cosine_falls_along_half_a_wave():
    found = factors(ScheduleSettings(name="cosine", min_factor=0.1))
    assert found[0] == 1.0
    assert found[-1] == pytest.approx(0.1)
    assert found == sorted(found, reverse=True)
    middle = (found[19] + found[20]) / 2
    assert middle == pytest.approx(0.55)


def test_one_cycle_rises_to_one_and_falls():
    found = factors(ScheduleSettings(name="one-cycle", rise=0.25, min_factor=0.0))
    top = found.index(max(found))
    assert found[0] == pytest.approx(1 / 25)
    assert max(found) == pytest.approx(1.0, abs=0.01)
    assert top == 10
    assert found[: top + 1] == sorted(found[: top + 1])
    assert found[top:] == sorted(found[top:], reverse=True)
    assert found[-1] == pytest.approx(0.0)


@pytest.mark.parametrize("name", NAMES)
def test_warm_up_multiplies_the_shape(name):
    plain = factors(ScheduleSettings(name=name))
    warm = factors(ScheduleSettings(name=name, warmup_steps=5))
    assert warm[:5] == pytest.approx([value * (i + 1) / 5 for i, value in enumerate(plain[:5])])
    assert warm[5:] == plain[5:]


@given(
    st.builds(
        ScheduleSettings,
        name=st.sampled_from(NAMES),
        warmup_steps=st.integers(0, 50),
        step_epochs=st.integers(1, 9),
        gamma=st.floats(0, 1, exclude_min=True),
        min_factor=st.floats(0, 1),
        rise=st.floats(0, 1, exclude_min=True, exclude_max=True),
    ),
    st.integers(0, 10**6),
    st.integers(1, 10**4),
    st.integers(1, 100),
)
def test_a_factor_is_always_from_zero_to_one(settings, step, steps_per_epoch, epochs):
    # Steps beyond the end are those of a run whose epochs were shortened while it was live.
    factor = schedule_factor(settings, step, steps_per_epoch, epochs)
    assert math.isfinite(factor)
    assert -1e-9 <= factor <= 1 + 1e-9
