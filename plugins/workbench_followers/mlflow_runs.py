"""A run of MLflow."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.api import Event, FollowedRun, FollowerSpec, option
from workbench.api.events import RunFailed, RunFinished, RunStarted
from workbench_followers.remembered import Remembered
from workbench_followers.scalars import ScalarOptions, Scalars

_PARAM_LENGTH = 6000  # MLflow refuses longer ones

_BATCH = 1000  # nor does it take more at once


@dataclass(frozen=True)
class MlflowOptions(ScalarOptions):
    """Where MLflow keeps the run."""

    tracking_uri: str | None = option(
        None,
        help="Server or database; MLFLOW_TRACKING_URI if unset, else mlflow.db beside the runs.",
    )
    experiment: str = option("workbench", help="Experiment that the run is put into.")


def create(run: FollowedRun, options: MlflowOptions) -> "MlflowFollower":
    """Begin a run of MLflow, or go on with the one that an earlier worker began."""
    # The person turned the follower on, not MLflow's own reports of its use.
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
    from mlflow.tracking import MlflowClient

    place = options.tracking_uri or os.environ.get("MLFLOW_TRACKING_URI")
    client = MlflowClient(place or f"sqlite:///{run.folder.parent / 'mlflow.db'}")
    remembered = Remembered(run.files / "mlflow.json")
    if remembered.id:
        client.update_run(remembered.id, status="RUNNING")
    else:
        found = client.get_experiment_by_name(options.experiment)
        experiment = found.experiment_id if found else client.create_experiment(options.experiment)
        begun = client.create_run(experiment, run_name=run.name)
        remembered.id = begun.info.run_id
        remembered.save()
        for name, value in flat(run.plan):
            client.log_param(remembered.id, name, value[:_PARAM_LENGTH])
    return MlflowFollower(client, remembered, Scalars(options))


class MlflowFollower:
    """Reports points, the versions of a worker, and how the run ended."""

    def __init__(self, client: Any, remembered: Remembered, scalars: Scalars) -> None:
        self._client = client
        self._remembered = remembered
        self._scalars = scalars
        self._status = "KILLED"  # of a worker that ends without a closing event

    def follow(self, event: Event) -> None:
        """Report what an event says in numbers."""
        run = self._remembered.id
        match event:
            case RunStarted():
                for name, version in {"host": event.host, **event.versions}.items():
                    self._client.set_tag(run, name, version)
            case RunFinished():
                self._status = "FINISHED" if event.end == "completed" else "KILLED"
            case RunFailed():
                self._status = "FAILED"
        from mlflow.entities import Metric

        points = list(self._scalars.of(event))
        metrics = [
            Metric(name, value, int(1000 * point.time), point.step)
            for point in points
            for name, value in self._remembered.new(point).items()
        ]
        for start in range(0, len(metrics), _BATCH):
            self._client.log_batch(run, metrics[start : start + _BATCH])
        self._remembered.told(points)

    def close(self) -> None:
        """Say how the run ended."""
        self._client.set_terminated(self._remembered.id, self._status)


def flat(plan: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """The plan's keys, such as ``model.hidden``, with their values as text."""
    for key, value in plan.items():
        if key in ("plugins", "followers"):
            continue
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


MLFLOW = FollowerSpec(
    name="mlflow",
    title="MLflow",
    description="The plan, the numbers and the end of the run, as a run of MLflow.",
    create=create,
    options=MlflowOptions,
    requires=("mlflow",),
    install="pip install mlflow",
)
