"""Batches of a split that fits in memory: slices of one tensor."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from workbench_pytorch.inputs import InputFormat, as_tensor

_HOST_ROOM_BYTES = 2 * 2**30
"""What prepared inputs may take of the host's memory, or of a GPU's that doesn't say."""


class TensorBatches:
    """A split's items as tensors on the device, prepared once where there is room.

    Else each batch is prepared when it is read; the numbers are the same.
    """

    def __init__(
        self, arrays: tuple[Any, Any], format: InputFormat, batch_size: int, device: torch.device
    ) -> None:
        self._format = format
        self._batch_size = batch_size
        self._device = device
        inputs, labels = (as_tensor(array) for array in arrays)
        room = _room_bytes(device)
        self._is_prepared = inputs.numel() * torch.float32.itemsize <= room
        if self._is_prepared or inputs.nbytes <= room:
            inputs, labels = inputs.to(self._device), labels.to(self._device)
        self._inputs = format.prepare(inputs) if self._is_prepared else inputs
        self._labels = labels.to(format.label_dtype)

    def read(self, batches: range, order: Tensor | None = None) -> Iterator[tuple[Tensor, Tensor]]:
        """Prepared inputs and labels of consecutive batches, on the device.

        ``order`` is that of the items in the pass, int64 ``(len,)``; ``None`` is as stored.
        """
        if order is not None:
            order = order.to(self._labels.device)
        for batch in batches:
            place = slice(batch * self._batch_size, (batch + 1) * self._batch_size)
            inputs, labels = self._take(place if order is None else order[place])
            yield self._finish(inputs), labels.to(self._device, non_blocking=True)

    def _take(self, items: slice | Tensor) -> tuple[Tensor, Tensor]:
        if isinstance(items, slice):
            return self._inputs[items], self._labels[items]
        return self._inputs.index_select(0, items), self._labels.index_select(0, items)

    def _finish(self, inputs: Tensor) -> Tensor:
        on_device = inputs.to(self._device, non_blocking=True)
        return on_device if self._is_prepared else self._format.prepare(on_device)


def _room_bytes(device: torch.device) -> int:
    """Half of a CUDA device's free memory, or a fixed share of any other's."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0] // 2
    return _HOST_ROOM_BYTES
