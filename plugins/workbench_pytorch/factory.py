"""Making a trainer, with what must be set before PyTorch is imported."""

import os
from typing import Any

from workbench.api import TrainerContext

_SPIN_COUNT = "10000"
"""Turns that an OpenMP thread spins for its fellows before it sleeps, about 0.2 ms.

OpenMP's own 300,000 make a machine that does anything else crawl: a thread spins on the core
that its fellow waits for.
"""


def warm_up() -> None:
    """Import all that a trainer needs; touches no device and draws no random number."""
    _set_spin_count()
    from torch import zeros
    from torch.optim import SGD

    import workbench_pytorch.trainer  # noqa: F401

    SGD([zeros(1)])  # the first optimizer imports PyTorch's compiler


def create_trainer(context: TrainerContext) -> Any:
    """The backend's factory: a :class:`~workbench_pytorch.trainer.PytorchTrainer`."""
    _set_spin_count()
    if context.ranks is not None:
        from workbench_pytorch.rank_trainer import RankTrainer

        return RankTrainer(context)
    from workbench_pytorch.trainer import PytorchTrainer

    return PytorchTrainer(context)


def _set_spin_count() -> None:
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", _SPIN_COUNT)
