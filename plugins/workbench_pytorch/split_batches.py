"""The splits of a run as batches."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import torch

from workbench.api import Split, TrainerContext, UserError
from workbench_pytorch.inputs import InputFormat
from workbench_pytorch.loader_batches import LoaderBatches
from workbench_pytorch.tensor_batches import TensorBatches

Batches = TensorBatches | LoaderBatches


class SplitBatches:
    """Sources of batches: tensors for a split that has arrays, else a ``DataLoader``.

    With loader processes each split is read through a ``DataLoader``.
    """

    def __init__(self, context: TrainerContext, format: InputFormat, device: torch.device) -> None:
        self._context = context
        self._format = format
        self._device = device
        self._evaluations: dict[str, Batches] = {}
        size = len(self._split("train"))
        partial = size % context.batch_size != 0 and not context.drop_last
        self.training_steps = size // context.batch_size + partial
        """Batches of an epoch."""
        if self.training_steps == 0:
            raise UserError(
                f"The training split has {size} items, which make no batch of "
                f"{context.batch_size}; set data.batch_size lower or data.drop_last to false."
            )

    @cached_property
    def training(self) -> Batches:
        """The source for training; made when it is first needed, as evaluating needs none."""
        return self._source("train", is_training=True)

    def steps(self, split: str) -> int:
        """Batches of one evaluation of a split."""
        return -(-len(self._split(split)) // self._context.batch_size)

    def evaluation(self, split: str) -> Batches:
        """The source for a pass over a split in its stored order."""
        if len(self._split(split)) == 0:
            raise UserError(f'The split "{split}" has no items to evaluate.')
        if split == "train" and isinstance(self.training, TensorBatches):
            return self.training
        if split not in self._evaluations:
            self._evaluations[split] = self._source(split, is_training=False)
        return self._evaluations[split]

    def items(self, split: str, indices: Sequence[int]) -> Any:
        """The inputs of some items of a split, ``(len(indices), *dataset.shape)``."""
        source = self._split(split)
        for index in indices:
            if not 0 <= index < len(source):
                raise UserError(
                    f"There is no item {index} in {split}; it has 0 to {len(source) - 1}."
                )
        arrays = source.arrays()
        if arrays is not None:
            return arrays[0][list(indices)]
        return np.stack([source[index][0] for index in indices])

    def _split(self, name: str) -> Split:
        splits = self._context.splits
        if name not in splits:
            raise UserError(f'There is no split "{name}"; there are {", ".join(splits)}.')
        return splits[name]

    def _source(self, name: str, *, is_training: bool) -> Batches:
        split = self._split(name)
        batch_size, workers = self._context.batch_size, self._context.loader_workers
        arrays = split.arrays() if workers == 0 else None
        if arrays is not None:
            return TensorBatches(arrays, self._format, batch_size, self._device)
        return LoaderBatches(
            split,
            self._format,
            batch_size,
            self._device,
            workers=workers,
            keep_workers=is_training,
        )
