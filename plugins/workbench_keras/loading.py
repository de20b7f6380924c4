"""The items of a split as tensors, for consecutive batches of an order."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.api import Split
from workbench_keras.framework import tf
from workbench_keras.inputs import InputFormat

BATCHES_AT_ONCE = 8
"""Batches of a split that are handed to TensorFlow in one call where not all are there."""


@dataclass(frozen=True)
class Chunk:
    """Items in tensors, and an order of them of which some consecutive batches are meant."""

    inputs: Any
    labels: Any
    order: Any
    first: int
    count: int


@dataclass(frozen=True)
class Order:
    """The items of a pass, batch by batch: int64 indices in NumPy and as a tensor."""

    indices: Any
    tensor: Any

    @classmethod
    def of(cls, indices: Any) -> "Order":
        """The order of these int64 indices."""
        return cls(indices, tf.constant(indices))


class ArrayItems:
    """A split that fits in memory: on the device from the first use on."""

    def __init__(self, arrays: tuple[Any, Any], format: InputFormat) -> None:
        inputs, labels = arrays
        self._inputs = tf.constant(format.hold(inputs), format.held_dtype)
        self._labels = tf.constant(labels, format.label_dtype)

    def read(self, batches: range, order: Order) -> Iterator[Chunk]:
        """All in one chunk."""
        yield Chunk(self._inputs, self._labels, order.tensor, batches.start, len(batches))


class StreamedItems:
    """A split of which some items at a time are on the device.

    They are taken from its arrays where those are given, else read item by item, ahead of their
    use by ``workers`` threads (0: when needed); threads, because a process that runs TensorFlow
    can't safely be forked.
    """

    def __init__(
        self,
        split: Split,
        format: InputFormat,
        batch_size: int,
        *,
        arrays: tuple[Any, Any] | None,
        workers: int,
    ) -> None:
        self._split = split
        self._arrays = arrays
        self._format = format
        self._batch_size = batch_size
        self._ahead = 2 * workers
        self._pool = ThreadPoolExecutor(workers) if workers else None
        self._order: Order | None = None
        self._loading: dict[int, Future[tuple[Any, Any]]] = {}

    def read(self, batches: range, order: Order) -> Iterator[Chunk]:
        """Some batches a chunk; what follows them in the same order is loaded meanwhile."""
        if order is not self._order:
            for future in self._loading.values():
                future.cancel()
            self._order, self._loading = order, {}
        for start in range(batches.start, batches.stop, BATCHES_AT_ONCE):
            loaded = [
                self._batch(batch)
                for batch in range(start, min(start + BATCHES_AT_ONCE, batches.stop))
            ]
            inputs = np.concatenate([inputs for inputs, _ in loaded])
            labels = np.concatenate([labels for _, labels in loaded])
            stored = tf.range(len(labels), dtype=tf.int64)
            yield Chunk(tf.constant(inputs), tf.constant(labels), stored, 0, len(loaded))

    def _batch(self, batch: int) -> tuple[Any, Any]:
        if self._pool is None:
            return self._load(batch)
        for wanted in range(batch, batch + 1 + self._ahead):
            if wanted not in self._loading and self._items(wanted).size:
                self._loading[wanted] = self._pool.submit(self._load, wanted)
        return self._loading.pop(batch).result()

    def _items(self, batch: int) -> Any:
        assert self._order is not None
        start = batch * self._batch_size
        return self._order.indices[start : start + self._batch_size]

    def _load(self, batch: int) -> tuple[Any, Any]:
        inputs, labels = self._read(self._items(batch))
        return self._format.hold(inputs), np.asarray(
            labels, self._format.label_dtype.as_numpy_dtype
        )

    def _read(self, indices: Any) -> tuple[Any, Any]:
        if self._arrays is not None:
            return self._arrays[0][indices], self._arrays[1][indices]
        items = [self._split[int(index)] for index in indices]
        dtype = self._format.dtype.as_numpy_dtype
        return np.stack([np.asarray(value, dtype) for value, _ in items]), [y for _, y in items]
