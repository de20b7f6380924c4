"""How many devices a plan trains on, and which."""

import re
from typing import Any

from workbench.api.options import OptionError, format_value
from workbench.api.specs import BackendSpec
from workbench.core.plan.settings import RunSettings

_DEVICES = re.compile(r"[1-9]\d*|all|\d+(,\d+)+")


def devices_text(value: Any) -> Any:
    """``devices`` as a plan keeps it, of a number or a list too; anything else as it is.

    Raises :class:`OptionError` for a list of one, which would read as a number of devices.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list) and all(type(item) is int for item in value):
        if len(value) == 1:
            raise OptionError(
                f'devices names one GPU, {value[0]}; write device = "cuda:{value[0]}" instead.'
            )
        return format_value(value)
    return value.replace(" ", "") if isinstance(value, str) else value


def check_devices(settings: RunSettings, backend: BackendSpec) -> None:
    """Raise :class:`OptionError` for devices that are none, or that don't go together."""
    devices, device = settings.devices, settings.device
    if not _DEVICES.fullmatch(devices):
        raise OptionError(
            f"devices must be a number from 1 on, all, or several GPUs such as 0,2, but is "
            f'"{devices}".'
        )
    if devices == "1":
        return
    listed = devices.split(",")
    if len(set(listed)) < len(listed):
        raise OptionError(f'devices names a GPU twice: "{devices}".')
    if not backend.launcher:
        raise OptionError(f"The backend {backend.name} trains on one device; set devices to 1.")
    kinds = ("auto", "cuda") if len(listed) > 1 else ("auto", "cuda", "cpu")
    if device not in kinds:
        raise OptionError(
            f'With devices "{devices}" the device must be {" or ".join(kinds)}, but is "{device}".'
        )


def device_indices(settings: RunSettings, gpus: int) -> tuple[int, ...]:
    """The devices of this machine, which has so many GPUs, by index."""
    if settings.devices == "all":
        return tuple(range(gpus)) if gpus and settings.device != "cpu" else (0,)
    listed = settings.devices.split(",")
    if len(listed) > 1:
        return tuple(int(index) for index in listed)
    return tuple(range(int(settings.devices)))


def check_batch(batch_size: int, ranks: int) -> None:
    """Raise :class:`OptionError` if a batch can't be divided among so many processes."""
    if batch_size % ranks:
        fitting = max(ranks, batch_size - batch_size % ranks)
        raise OptionError(
            f"A batch of {batch_size} items can't be divided among {ranks} devices; set "
            f"data.batch_size to a multiple of {ranks}, such as {fitting}."
        )
