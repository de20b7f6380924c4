"""A run of two epochs as a follower is told of it, and as it is told again after a resume."""

import pytest

from workbench.api import FollowedRun
from workbench.api.events import (
    BatchesTrained,
    EpochTested,
    LossReported,
    RunFinished,
    RunStarted,
)

EPOCH = 4


def events(first, last, start_time=1000.0):
    """A worker's events from one step to another; the loss at step ``n`` is ``1 / n``."""
    yield RunStarted(
        pid=1, host="box", workbench="1", python="3.11", versions={"torch": "2"}, step=first
    )
    for step in range(first + 1, last + 1):
        epoch, batch = divmod(step - 1, EPOCH)
        time = start_time + step
        yield BatchesTrained(
            epoch=epoch,
            first_batch=batch,
            losses=(1 / step,),
            step=step,
            current=16,
            size=64,
            learning_rate=0.5,
            elapsed_s=0.1,
            time=time,
        )
        if batch % 2 == 0:
            yield LossReported(
                epoch=epoch, batch=batch, step=step, loss=1 / step, current=1, size=64, time=time
            )
        if batch == EPOCH - 1:
            yield EpochTested(
                epoch=epoch,
                step=step,
                accuracy=step / 10,
                loss=2 / step,
                correct=1,
                size=10,
                elapsed_s=0.1,
                is_best=True,
                time=time,
            )


def finished(step):
    return RunFinished(
        end="completed", step=step, last_accuracy=0.8, best_accuracy=0.8, elapsed_s=1
    )


@pytest.fixture
def tell(tmp_path):
    """Makes a follower as a worker does, and tells it of the steps from one to another."""
    folder = tmp_path / "quiet-otter-12"
    files = folder / "followers"
    files.mkdir(parents=True)
    plan = {"epochs": 2, "model": {"name": "mlp", "hidden": [8, 8]}, "plugins": ["a.py"]}

    def told(create, options, first, last, *, is_end=False):
        follower = create(FollowedRun(folder, plan, first, files), options)
        for event in (*events(first, last), *([finished(last)] if is_end else [])):
            follower.follow(event)
        follower.close()
        return files

    return told
