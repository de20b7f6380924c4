"""The code of a schedule gives the numbers of a run."""

import math

import pytest

from workbench.api.options import options_to_dict
from workbench.api.scripts import schedule_code, schedule_settings
from workbench.core.plan.settings import ScheduleSettings
from workbench.core.schedules import schedule_factor


@pytest.mark.parametrize("warmup_steps", [0, 1, 11])
@pytest.mark.parametrize("name", ["constant", "step", "cosine", "one-cycle"])
def test_the_code_gives_the_same_factors_to_the_last_bit(name, warmup_steps):
    settings = ScheduleSettings(
        name=name, warmup_steps=warmup_steps, step_epochs=2, gamma=0.3, min_factor=0.05, rise=0.4
    )
    schedule = options_to_dict(settings)
    code = schedule_code(schedule)
    if name == "constant" and not warmup_steps:
        assert (code, schedule_settings(schedule)) == ("", {})
        return
    program = {"epochs": 5, **schedule_settings(schedule)}
    if "math." in code:
        program["math"] = math
    exec(code, program)
    found = [program["schedule_factor"](step, 7) for step in range(40)]
    assert found == [schedule_factor(settings, step, 7, 5) for step in range(40)]
    assert len(set(found)) > 1 or name == "constant"
