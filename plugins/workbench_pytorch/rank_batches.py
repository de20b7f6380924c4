"""One rank's items of each batch."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from workbench.api import TrainerContext
from workbench_pytorch.inputs import InputFormat
from workbench_pytorch.loader_batches import LoaderBatches
from workbench_pytorch.tensor_batches import TensorBatches


class RankBatches:
    """The training split as batches of which each rank reads its own part.

    The parts of a batch are consecutive and of equal length; only those of a last, smaller
    batch may differ by one item. Together they are what one process would read.
    """

    def __init__(
        self,
        context: TrainerContext,
        rank: int,
        ranks: int,
        format: InputFormat,
        device: torch.device,
    ) -> None:
        self._rank, self._ranks = rank, ranks
        self._batch_size = context.batch_size
        split = context.splits["train"]
        self._whole, self._rest = divmod(len(split), context.batch_size)
        if context.drop_last:
            self._rest = 0
        self._stored = self.own(torch.arange(len(split)))
        part, workers = context.batch_size // ranks, context.loader_workers
        arrays = split.arrays() if workers == 0 else None
        self._source: Any = (
            TensorBatches(arrays, format, part, device)
            if arrays is not None
            else LoaderBatches(
                split,
                format,
                part,
                device,
                workers=workers,
                keep_workers=True,
                size=len(self._stored),
            )
        )

    def own(self, order: Tensor) -> Tensor:
        """This rank's items of an order of all, batch after batch, int64."""
        part = self._batch_size // self._ranks
        whole = order[: self._whole * self._batch_size].view(self._whole, self._ranks, part)
        last = order[self._whole * self._batch_size :][: self._rest]
        first, end = self._last_part()
        # A rank without an item of the last batch computes on one that counts for nothing.
        mine = last[first:end] if end > first else last[:1]
        return torch.cat([whole[:, self._rank].reshape(-1), mine])

    def weight(self, batch: int) -> float:
        """What the loss of this rank's part counts, so that the ranks' mean is the batch's."""
        if batch < self._whole:
            return 1.0
        first, end = self._last_part()
        return (end - first) * self._ranks / self._rest

    def read(self, batches: range, own_order: Tensor | None) -> Iterator[tuple[Tensor, Tensor]]:
        """Prepared inputs and labels of this rank's parts; without an order as stored."""
        order = self._stored if own_order is None else own_order
        reading: Iterator[tuple[Tensor, Tensor]] = self._source.read(batches, order)
        return reading

    def _last_part(self) -> tuple[int, int]:
        return (
            self._rest * self._rank // self._ranks,
            self._rest * (self._rank + 1) // self._ranks,
        )
