"""Followers for the workbench: CSV, TensorBoard, a webhook, MLflow, and Weights & Biases."""

from collections.abc import Iterable

from workbench.api import FollowerSpec, hookimpl
from workbench_followers.csv_file import CSV
from workbench_followers.mlflow_runs import MLFLOW
from workbench_followers.tensorboard import TENSORBOARD
from workbench_followers.wandb_runs import WANDB
from workbench_followers.webhook import WEBHOOK

WORKBENCH_API_VERSION = 1


@hookimpl
def workbench_followers() -> Iterable[FollowerSpec]:
    """All of them; a plan says which follow its run."""
    return (CSV, TENSORBOARD, WEBHOOK, MLFLOW, WANDB)
