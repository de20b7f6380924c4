"""Parts of standalone programs that are the same for each backend."""

from collections.abc import Mapping
from typing import Any

_BEGIN = '''\
def schedule_factor(step, steps_per_epoch):
    """What the learning rate is multiplied by at a batch of the run."""
'''
_PROGRESS = """\
    total_steps = max(1, steps_per_epoch * epochs)
    progress = min(step / max(1, total_steps - 1), 1.0)
"""
_SHAPES = {
    "constant": "    factor = 1.0\n",
    "step": "    factor = gamma ** (step // (steps_per_epoch * step_epochs))\n",
    "cosine": _PROGRESS + "    factor = cosine(1.0, min_factor, progress)\n",
    "one-cycle": _PROGRESS
    + """\
    if progress < rise:
        factor = cosine(1 / 25, 1.0, progress / rise)
    else:
        factor = cosine(1.0, min_factor, (progress - rise) / (1 - rise))
""",
}
_WARM_UP = """\
    if step < warmup_steps:
        factor *= (step + 1) / warmup_steps
"""
_COSINE = """\
def cosine(begin, end, progress):
    return end + (begin - end) * (1 + math.cos(math.pi * progress)) / 2


"""
_SETTINGS = {
    "constant": (),
    "step": ("step_epochs", "gamma"),
    "cosine": ("min_factor",),
    "one-cycle": ("min_factor", "rise"),
}


def schedule_settings(schedule: Mapping[str, Any]) -> dict[str, Any]:
    """The values that the code of :func:`schedule_code` reads beside ``epochs``, by name.

    ``schedule`` is that table of a plan's document. Empty for a constant learning rate.
    """
    names = [*_SETTINGS[schedule["name"]]]
    if schedule["warmup_steps"]:
        names.append("warmup_steps")
    return {name: schedule[name] for name in names}


def schedule_code(schedule: Mapping[str, Any]) -> str:
    """The Python code of ``schedule_factor(step, steps_per_epoch)``.

    It gives the same numbers as a run, bit for bit, and needs ``math`` where it says so.
    Empty for a constant learning rate.
    """
    name, has_warm_up = schedule["name"], bool(schedule["warmup_steps"])
    if name == "constant" and not has_warm_up:
        return ""
    shape = _SHAPES[name]
    cosine = _COSINE if "cosine(" in shape else ""
    warm_up = _WARM_UP if has_warm_up else ""
    return f"{cosine}{_BEGIN}{shape}{warm_up}    return factor\n"
