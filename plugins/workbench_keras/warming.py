"""Getting ready ahead of a run."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

_GPU_NODES = ("/dev/nvidiactl", "/dev/nvhost-ctrl", "/dev/kfd", "/dev/dxg")
"""Of NVIDIA's driver, on its boards with one memory, of AMD's, and of either under Windows."""


def warm_up() -> Callable[[Mapping[str, Any]], bool] | None:
    """Import all that a trainer needs, and where there is no GPU have it compute once.

    What TensorFlow does for the first graph of a process takes a third of a start. It fixes
    the devices and threads, so plans that want others don't fit afterwards.
    With a GPU there TensorFlow isn't even asked for its devices.
    """
    import workbench_keras.trainer  # noqa: F401

    if sys.platform == "darwin" or any(Path(node).exists() for node in _GPU_NODES):
        return None
    from workbench_keras.framework import tf

    if tf.config.list_physical_devices("GPU"):
        return None
    from workbench_keras.rehearsal import rehearse

    rehearse()
    return fits


def fits(plan: Mapping[str, Any]) -> bool:
    """Whether TensorFlow, once started, can train a plan: on one device, with its own threads."""
    return str(plan.get("devices", 1)) == "1" and "threads" not in plan["backend"]
