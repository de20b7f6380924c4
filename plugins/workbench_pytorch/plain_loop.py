"""The loop of a plain script, timed: what the workbench's own batches are compared with."""

import copy
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.utils.data import DataLoader, Dataset

from workbench.api import Split, StepTimes, TrainerContext
from workbench_pytorch.inputs import InputFormat, as_tensor
from workbench_pytorch.losses import create_loss

_REPORT_EVERY = 100


class _Items(Dataset[tuple[Tensor, Any]]):
    """A split as a script's dataset has it: each item becomes a tensor when it is asked for."""

    def __init__(self, split: Split, format: InputFormat) -> None:
        self._split = split
        self._format = format

    def __len__(self) -> int:
        return len(self._split)

    def __getitem__(self, index: int) -> tuple[Tensor, Any]:
        item, label = self._split[index]
        return self._format.prepare(as_tensor(item)[None])[0], label


class PlainLoop:
    """A copy of a model with an optimizer and a ``DataLoader`` of its own, in float32."""

    def __init__(self, context: TrainerContext, model: nn.Module, device: torch.device) -> None:
        self._model = copy.deepcopy(model)
        self._optimizer: Optimizer = context.build_optimizer(list(self._model.parameters()))
        self._loss = create_loss(context.loss, context.dataset.task)
        self._device = device
        self._loader = DataLoader(
            _Items(context.splits["train"], InputFormat.of(context.dataset)),
            batch_size=context.batch_size,
            shuffle=context.shuffle,
            drop_last=context.drop_last,
            num_workers=context.loader_workers,
        )

    def run(self, batches: int) -> StepTimes:
        """Train so many batches twice: once unwatched, once with a clock at each part."""
        began = time.perf_counter()
        self._train(batches, lambda _part: None)
        self._wait()
        total_s = time.perf_counter() - began
        parts = dict.fromkeys(("data", "forward", "backward", "optimizer", "report"), 0.0)
        last = time.perf_counter()

        def count(part: str) -> None:
            nonlocal last
            self._wait()
            now = time.perf_counter()
            parts[part] += now - last
            last = now

        self._train(batches, count)
        return StepTimes(total_s, **{f"{part}_s": seconds for part, seconds in parts.items()})

    def _train(self, batches: int, after: Callable[[str], None]) -> None:
        self._model.train()
        for batch, (stored, wanted) in enumerate(self._loader):
            inputs, labels = stored.to(self._device), wanted.to(self._device)
            after("data")
            loss = self._loss(self._model(inputs), labels)
            after("forward")
            loss.backward()
            after("backward")
            self._optimizer.step()
            self._optimizer.zero_grad()
            after("optimizer")
            if batch % _REPORT_EVERY == 0:
                loss.item()
                after("report")
            if batch + 1 == batches:
                return

    def _wait(self) -> None:
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)
