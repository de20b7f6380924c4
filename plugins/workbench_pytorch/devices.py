"""Which device a plan means on this machine."""

import torch

from workbench.api import DeviceError, TrainerContext


def choose_device(name: str) -> torch.device:
    """The device for ``auto``, ``cpu``, ``cuda``, ``cuda:N`` or ``mps``.

    ``auto`` is the first CUDA device, else Apple's, else the CPU. Raises :class:`DeviceError`
    for one that this machine lacks.
    """
    available = available_devices()
    if name == "auto":
        return torch.device(available[0])
    wanted = "cuda:0" if name == "cuda" else name
    if wanted not in available:
        raise DeviceError(name, available)
    return torch.device(wanted)


def rank_device(context: TrainerContext) -> torch.device:
    """The device of this rank: that of its number on this machine, or the CPU.

    Raises :class:`DeviceError` for a GPU that this machine lacks.
    """
    has_gpus = torch.cuda.is_available() and context.device != "cpu"
    if context.ranks is None or not (has_gpus or context.device == "cuda"):
        return torch.device("cpu")
    return choose_device(f"cuda:{context.devices[context.ranks.local_rank]}")


def available_devices() -> tuple[str, ...]:
    """The names of this machine's devices, best first."""
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    cuda = [f"cuda:{index}" for index in range(count)]
    mps = ["mps"] if torch.backends.mps.is_available() else []
    return (*cuda, *mps, "cpu")
