"""Where a trainer computes.

TensorFlow takes devices and threads only before its first operation, so a process has the
same for all its trainers.
"""

import sys
from collections.abc import Sequence
from typing import Any

from workbench.api import DeviceError, WorkbenchError
from workbench_keras.framework import tf


def use_device(wanted: str, threads: int | None) -> str:
    """Let TensorFlow see only the wanted device, and return the name of it, e.g. ``cuda:0``.

    ``auto`` is the first GPU, else the CPU. A GPU's memory is taken as it is needed. Raises
    :class:`DeviceError` where the device is not there.
    """
    gpus = tf.config.list_physical_devices("GPU")
    index = _gpu_index(wanted, len(gpus))
    _see([] if index is None else [gpus[index]], threads, wanted)
    if index is None:
        return "cpu"
    return "mps" if sys.platform == "darwin" else f"cuda:{index}"


def use_devices(wanted: str, indices: tuple[int, ...], threads: int | None) -> tuple[str, Any]:
    """Let TensorFlow see these devices alone, and return their name and a strategy for them.

    Where there are no GPUs, or ``cpu`` is wanted, the CPU is divided. Raises
    :class:`DeviceError` where a GPU is not there.
    """
    gpus = tf.config.list_physical_devices("GPU")
    if wanted == "cpu" or (wanted == "auto" and not gpus):
        use_device("cpu", threads)
        part = tf.config.LogicalDeviceConfiguration()
        (cpu,) = tf.config.list_physical_devices("CPU")
        tf.config.set_logical_device_configuration(cpu, [part] * len(indices))
        names = [f"CPU:{number}" for number in range(len(indices))]
        return f"{len(indices)} x cpu", tf.distribute.MirroredStrategy(names)
    for index in indices:
        _gpu_index(f"cuda:{index}", len(gpus))
    _see([gpus[index] for index in indices], threads, wanted)
    names = [f"GPU:{number}" for number in range(len(indices))]
    return f"{len(indices)} x cuda", tf.distribute.MirroredStrategy(names)


def _see(gpus: Sequence[Any], threads: int | None, wanted: str) -> None:
    """Let TensorFlow see these GPUs alone. Raises :class:`WorkbenchError` once it has started."""
    try:
        tf.config.set_visible_devices(gpus, "GPU")
        for gpu in gpus:
            if not tf.config.experimental.get_memory_growth(gpu):
                tf.config.experimental.set_memory_growth(gpu, True)
        if threads is not None:
            tf.config.threading.set_intra_op_parallelism_threads(threads)
    except RuntimeError as error:
        raise WorkbenchError(
            f"TensorFlow has started in this process with other settings than device {wanted} "
            f"and threads {threads}; each needs a worker of its own."
        ) from error


def _gpu_index(wanted: str, count: int) -> int | None:
    """The GPU that a device's name means, or ``None`` for the CPU."""
    if wanted == "cpu" or (wanted == "auto" and count == 0):
        return None
    kind, _, number = wanted.partition(":")
    is_known = kind in ("auto", "cuda", "mps") and (number.isdecimal() or not number)
    index = int(number or 0) if is_known else count
    if index >= count:
        raise DeviceError(wanted, [*(f"cuda:{gpu}" for gpu in range(count)), "cpu"])
    return index
