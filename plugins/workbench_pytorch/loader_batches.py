"""Batches of a split that is read item by item, through PyTorch's own ``DataLoader``."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from workbench.api import Split
from workbench_pytorch.inputs import InputFormat


class BatchIndices:
    """The batch sampler: the items of each batch of a pass, from any batch on."""

    def __init__(self, size: int, batch_size: int) -> None:
        self.order: Tensor | None = None
        self.first_batch = 0
        self.count = -(-size // batch_size)
        self._size = size
        self._batch_size = batch_size

    def __iter__(self) -> Iterator[list[int]]:
        for first in range(self.first_batch * self._batch_size, self._size, self._batch_size):
            last = min(first + self._batch_size, self._size)
            in_order = range(first, last)
            yield list(in_order) if self.order is None else self.order[first:last].tolist()


class LoaderBatches:
    """A split's batches, loaded ahead by ``workers`` processes (0: in this one).

    ``keep_workers`` keeps the processes from one pass to the next. ``size`` is the number of
    items of a pass, where that is not the whole split.
    """

    def __init__(
        self,
        split: Split,
        format: InputFormat,
        batch_size: int,
        device: torch.device,
        *,
        workers: int,
        keep_workers: bool,
        size: int | None = None,
    ) -> None:
        self._device = device
        self._keeps_workers = keep_workers and workers > 0
        self._indices = BatchIndices(len(split) if size is None else size, batch_size)
        # Its own generator: the seeds of the loading processes are drawn elsewhere, in the
        # order of a plain script.
        self._loader: DataLoader[Any] = DataLoader(
            split,  # type: ignore[arg-type]
            batch_sampler=self._indices,
            num_workers=workers,
            collate_fn=format.collate,
            pin_memory=self._device.type == "cuda",
            persistent_workers=self._keeps_workers,
            generator=torch.Generator(),
        )
        self._iterator: Iterator[tuple[Tensor, Tensor]] | None = None
        self._next_batch = 0

    def read(self, batches: range, order: Tensor | None = None) -> Iterator[tuple[Tensor, Tensor]]:
        """Prepared inputs and labels of consecutive batches, on the device.

        ``order`` is that of the items in the pass, int64 ``(len,)``; ``None`` is as stored.
        What follows the last call's batches in the same order is loaded ahead already.
        """
        follows = order is self._indices.order and batches.start == self._next_batch
        if self._iterator is None or not follows:
            self._indices.order, self._indices.first_batch = order, batches.start
            self._iterator = iter(self._loader)
        for batch in batches:
            inputs, labels = next(self._iterator)
            self._next_batch = batch + 1
            yield (
                inputs.to(self._device, non_blocking=True),
                labels.to(self._device, non_blocking=True),
            )
        if not self._keeps_workers and self._next_batch == self._indices.count:
            self._iterator = None
