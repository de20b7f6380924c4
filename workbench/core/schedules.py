"""Learning-rate schedules: the factor on the base learning rate at each batch of a run."""

import math

from workbench.core.plan.settings import ScheduleSettings


def schedule_factor(
    settings: ScheduleSettings, step: int, steps_per_epoch: int, epochs: int
) -> float:
    """The factor for batch ``step`` (from 0) of a run of ``epochs`` x ``steps_per_epoch``.

    Warm-up rises linearly from 1/warmup_steps to 1 and is multiplied onto the shape
    (Goyal et al. 2017, arXiv:1706.02677). ``cosine`` falls from 1 to ``min_factor`` as in
    Loshchilov and Hutter 2017 (arXiv:1608.03983), without restarts; ``one-cycle`` rises from
    1/25 to 1 and falls to ``min_factor``, both along a cosine, as in Smith and Topin 2018
    (arXiv:1708.07120).
    """
    total = max(1, steps_per_epoch * epochs)
    progress = min(step / max(1, total - 1), 1.0)
    factor = _shape(settings, step, steps_per_epoch, progress)
    if step < settings.warmup_steps:
        factor *= (step + 1) / settings.warmup_steps
    return factor


def _shape(settings: ScheduleSettings, step: int, steps_per_epoch: int, progress: float) -> float:
    match settings.name:
        case "step":
            drops = step // (steps_per_epoch * settings.step_epochs)
            return float(settings.gamma**drops)
        case "cosine":
            return _cosine(1.0, settings.min_factor, progress)
        case "one-cycle":
            if progress < settings.rise:
                return _cosine(1 / 25, 1.0, progress / settings.rise)
            return _cosine(
                1.0, settings.min_factor, (progress - settings.rise) / (1 - settings.rise)
            )
        case _:
            return 1.0


def _cosine(begin: float, end: float, progress: float) -> float:
    return end + (begin - end) * (1 + math.cos(math.pi * progress)) / 2
