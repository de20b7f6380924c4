"""Where a trainer computes.

TensorFlow takes devices and threads only before its first operation, so a process has one
device for all its trainers.
"""

import sys

from workbench.api import UserError, WorkbenchError
from workbench_keras.framework import tf


def use_device(wanted: str, threads: int | None) -> str:
    """Let TensorFlow see only the wanted device, and return the name of it, e.g. ``cuda:0``.

    ``auto`` is the first GPU, else the CPU. A GPU's memory is taken as it is needed. Raises
    :class:`UserError` where the device is not there.
    """
    gpus = tf.config.list_physical_devices("GPU")
    index = _gpu_index(wanted, len(gpus))
    visible = [] if index is None else [gpus[index]]
    try:
        tf.config.set_visible_devices(visible, "GPU")
        for gpu in visible:
            if not tf.config.experimental.get_memory_growth(gpu):
                tf.config.experimental.set_memory_growth(gpu, True)
        if threads is not None:
            tf.config.threading.set_intra_op_parallelism_threads(threads)
    except RuntimeError as error:
        raise WorkbenchError(
            f"TensorFlow has started in this process with other settings than device {wanted} "
            f"and threads {threads}; each needs a worker of its own."
        ) from error
    if index is None:
        return "cpu"
    return "mps" if sys.platform == "darwin" else f"cuda:{index}"


def _gpu_index(wanted: str, count: int) -> int | None:
    """The GPU that a device's name means, or ``None`` for the CPU."""
    if wanted == "cpu" or (wanted == "auto" and count == 0):
        return None
    kind, _, number = wanted.partition(":")
    is_known = kind in ("auto", "cuda", "mps") and (number.isdecimal() or not number)
    index = int(number or 0) if is_known else count
    if index >= count:
        there = ", ".join(["cpu", *(f"cuda:{gpu}" for gpu in range(count))])
        raise UserError(
            f'TensorFlow finds no device "{wanted}"; it has {there}. Set device to one of them '
            "or to auto."
        )
    return index
