"""TensorBoard's event files."""

import contextlib
import json
import sys
from collections.abc import Iterator
from typing import Any

from workbench.api import Event, FollowedRun, FollowerSpec
from workbench_followers.scalars import ScalarOptions, Scalars

_FLUSH_S = 2


def create(run: FollowedRun, options: ScalarOptions) -> "TensorBoardFollower":
    """Begin an event file; TensorBoard leaves out what was reported beyond the run's step."""
    with _without_torch():
        from tensorboardX import SummaryWriter

    writer = SummaryWriter(
        str(run.files / "tensorboard"),
        purge_step=run.step + 1,
        flush_secs=_FLUSH_S,
        filename_suffix=f".{run.step}",  # its names are by the second
    )
    plan = json.dumps(run.plan, indent=2, default=str)
    writer.add_text("plan", f"```json\n{plan}\n```", run.step)
    return TensorBoardFollower(writer, Scalars(options))


@contextlib.contextmanager
def _without_torch() -> Iterator[None]:
    """tensorboardX imports torch where it can, for graphs that nobody draws here: 700 MB."""
    if "torch" in sys.modules:
        yield
        return
    sys.modules["torch"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["torch"]


class TensorBoardFollower:
    """Writes each point's numbers."""

    def __init__(self, writer: Any, scalars: Scalars) -> None:
        self._writer = writer
        self._scalars = scalars

    def follow(self, event: Event) -> None:
        """Write its points."""
        for point in self._scalars.of(event):
            for name, value in point.values.items():
                self._writer.add_scalar(name, value, point.step, walltime=point.time)

    def close(self) -> None:
        """Write what is left."""
        self._writer.close()


TENSORBOARD = FollowerSpec(
    name="tensorboard",
    title="TensorBoard",
    description="Event files in the run's folder; `tensorboard --logdir` on the folder of runs.",
    create=create,
    options=ScalarOptions,
    requires=("tensorboardX",),
    install="pip install tensorboardX",
)
