"""A run of Weights & Biases."""

import os
from dataclasses import dataclass
from typing import Any

from workbench.api import Event, FollowedRun, FollowerSpec, UserError, option
from workbench.api.events import RunFailed
from workbench_followers.remembered import Remembered
from workbench_followers.scalars import ScalarOptions, Scalars


@dataclass(frozen=True)
class WandbOptions(ScalarOptions):
    """Where the run goes."""

    project: str = option("workbench", help="Project that the run is put into.")
    entity: str | None = option(None, help="Account or team; your own if unset.")
    mode: str | None = option(
        None, help="WANDB_MODE if unset, else online.", choices=("online", "offline")
    )


def create(run: FollowedRun, options: WandbOptions) -> "WandbFollower":
    """Begin a run, or go on with the one that an earlier worker began."""
    import wandb

    remembered = Remembered(run.files / "wandb.json")
    if not remembered.id:
        remembered.id = os.urandom(6).hex()
        remembered.save()
    plan = {key: value for key, value in run.plan.items() if key not in ("plugins", "followers")}
    # It watches this process, which is not the one that trains.
    settings = wandb.Settings(silent=True, console="off", x_disable_stats=True)
    try:
        begun = wandb.init(
            project=options.project,
            entity=options.entity,
            mode=options.mode,
            id=remembered.id,
            name=run.name,
            config=plan,
            dir=str(run.files),
            resume="allow",
            settings=settings,
        )
    except wandb.errors.Error as error:  # it is not logged in, or can't be reached
        raise UserError(f"{error} Without an account: followers.wandb.mode=offline.") from error
    return WandbFollower(begun, remembered, Scalars(options))


class WandbFollower:
    """Reports points, and whether the run failed."""

    def __init__(self, run: Any, remembered: Remembered, scalars: Scalars) -> None:
        self._run = run
        self._remembered = remembered
        self._scalars = scalars
        self._exit_code = 0

    def follow(self, event: Event) -> None:
        """Report what an event says in numbers."""
        if isinstance(event, RunFailed):
            self._exit_code = 1
        points = list(self._scalars.of(event))
        for point in points:
            if values := self._remembered.new(point):
                self._run.log({**values, "epoch": point.epoch}, step=point.step)
        self._remembered.told(points)

    def close(self) -> None:
        """Send what is left."""
        self._run.finish(exit_code=self._exit_code)


WANDB = FollowerSpec(
    name="wandb",
    title="Weights & Biases",
    description="The plan and the numbers, as a run of Weights & Biases.",
    create=create,
    options=WandbOptions,
    requires=("wandb",),
    install="pip install wandb",
)
