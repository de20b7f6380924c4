"""The built-in launchers: how a run's processes are started."""

from collections.abc import Iterable

from workbench.api import LauncherSpec, hookimpl
from workbench_launchers.local import LOCAL
from workbench_launchers.slurm import SLURM
from workbench_launchers.torchrun import TORCHRUN

WORKBENCH_API_VERSION = 1


@hookimpl
def workbench_launchers() -> Iterable[LauncherSpec]:
    """One process here, PyTorch's elastic launcher, and a cluster's scheduler."""
    return (LOCAL, TORCHRUN, SLURM)
