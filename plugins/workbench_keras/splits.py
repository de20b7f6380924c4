"""The splits of a run: their items, batches and orders."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from workbench.api import Split, TrainerContext, UserError
from workbench_keras.framework import tf
from workbench_keras.inputs import InputFormat
from workbench_keras.loading import ArrayItems, Order, StreamedItems

AHEAD_ROOM_BYTES = 2 * 2**30
"""What a split may take of a GPU's memory. TensorFlow doesn't tell how much of it is free."""


class SplitItems:
    """The splits of a trainer, each put on the device when it is first read."""

    def __init__(self, context: TrainerContext, format: InputFormat) -> None:
        self._context = context
        self._format = format
        self._sources: dict[str, ArrayItems | StreamedItems] = {}
        self._stored_orders: dict[str, Order] = {}
        size, batch_size = len(self._split("train")), context.batch_size
        self.steps_per_epoch = size // batch_size if context.drop_last else -(-size // batch_size)
        """Training batches of an epoch."""
        if self.steps_per_epoch == 0:
            raise UserError(
                f"The training split has {size} items, which make no batch of {batch_size}; "
                "set data.batch_size lower or data.drop_last to false."
            )

    def source(self, name: str) -> ArrayItems | StreamedItems:
        """The items of a split; from arrays where it has them and nothing is to load ahead."""
        if name not in self._sources:
            self._sources[name] = self._make_source(self._split(name))
        return self._sources[name]

    def stored_order(self, name: str) -> Order:
        """The order of a split's items as they are stored; refuses a split without items."""
        if name not in self._stored_orders:
            size = len(self._split(name))
            if size == 0:
                raise UserError(f'The split "{name}" has no items to evaluate.')
            self._stored_orders[name] = Order.of(np.arange(size, dtype=np.int64))
        return self._stored_orders[name]

    def epoch_order(self, epoch: int) -> Order:
        """The order of the training items in an epoch: of the seed and the epoch alone."""
        if not self._context.shuffle:
            return self.stored_order("train")
        generator = np.random.default_rng((self._context.seed, epoch))
        return Order.of(generator.permutation(len(self._split("train"))).astype(np.int64))

    def items(self, name: str, indices: Sequence[int]) -> Any:
        """The inputs of some items as stored, ``(len(indices), *dataset.shape)``."""
        split = self._split(name)
        for index in indices:
            if not 0 <= index < len(split):
                raise UserError(
                    f"There is no item {index} in {name}; it has 0 to {len(split) - 1}."
                )
        arrays = split.arrays()
        if arrays is not None:
            return np.asarray(arrays[0])[list(indices)]
        return np.array([np.asarray(split[index][0]) for index in indices])

    def _split(self, name: str) -> Split:
        splits = self._context.splits
        if name not in splits:
            raise UserError(f'There is no split "{name}"; there are {", ".join(splits)}.')
        return splits[name]

    def _make_source(self, split: Split) -> ArrayItems | StreamedItems:
        workers = self._context.loader_workers
        arrays = split.arrays() if workers == 0 else None
        if arrays is not None and self._has_room(len(split)):
            return ArrayItems(arrays, self._format)
        return StreamedItems(
            split, self._format, self._context.batch_size, arrays=arrays, workers=workers
        )

    def _has_room(self, size: int) -> bool:
        """Whether so many items may be held at once; as they are stored they are in memory."""
        values = size * math.prod(self._format.shape)
        return not self._format.is_ahead or values * tf.float32.size <= AHEAD_ROOM_BYTES
