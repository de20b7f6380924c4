"""The trainer: a model, its optimizer and its data, as the worker's engine drives them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from workbench.api import Evaluation, ModelSummary, StepTimes, TensorView, TrainerContext, UserError
from workbench_pytorch.backend_specs import PytorchOptions
from workbench_pytorch.building import built_model, built_optimizer
from workbench_pytorch.checkpoint import (
    TrainingState,
    check_model,
    check_optimizer,
    read_model,
    read_state,
    write_state,
)
from workbench_pytorch.compiling import Forward, compiled
from workbench_pytorch.devices import choose_device
from workbench_pytorch.exporting import export_model
from workbench_pytorch.importing import import_weights
from workbench_pytorch.inputs import InputFormat, as_tensor
from workbench_pytorch.losses import create_loss, each_item
from workbench_pytorch.plain_loop import PlainLoop
from workbench_pytorch.precision import Precision
from workbench_pytorch.randomness import (
    draw_seed,
    generator_states,
    set_generator_states,
    shuffled,
    unchanged_generators,
)
from workbench_pytorch.saliency import saliency_rows
from workbench_pytorch.scoring import Score
from workbench_pytorch.split_batches import SplitBatches
from workbench_pytorch.summary import summarize
from workbench_pytorch.tensors import read_tensors


class PytorchTrainer:
    """Trains as a plain loop over a ``DataLoader`` does, to the last digit."""

    def __init__(self, context: TrainerContext) -> None:
        options = context.options
        if options.threads is not None:
            torch.set_num_threads(options.threads)
        if options.tf32:
            torch.set_float32_matmul_precision("high")
        self._context = context
        self._device = self._choose_device()
        self.device = str(self._device)
        self._format = InputFormat.of(context.dataset, is_channels_last=options.channels_last)
        self._data = SplitBatches(context, self._format, self._device)
        self.steps_per_epoch = self._data.training_steps
        torch.manual_seed(context.seed)
        layout = torch.channels_last if options.channels_last else torch.preserve_format
        self._model = self._place(built_model(context), layout)
        self._forward = _forward(self._model, options, self._device)
        trainable = [item for item in self._model.parameters() if item.requires_grad]
        self._precision = Precision(options.precision, self._device)
        self._optimizer: Optimizer = self._precision.prepared(built_optimizer(context, trainable))
        self._loss = create_loss(context.loss, context.dataset.task)
        self._augment = context.augment
        self._order_seed: int | None = None
        self._order: Tensor | None = None

    def _choose_device(self) -> torch.device:
        return choose_device(self._context.device)

    def _place(self, model: nn.Module, layout: torch.memory_format) -> nn.Module:
        return model.to(self._device, memory_format=layout)

    def start_epoch(self, epoch: int) -> None:
        """Draw the order of the items, and all that a plain script's loaders draw."""
        if epoch > 0:
            draw_seed()  # by the test loader, after the epoch before
        draw_seed()  # by the training loader
        self._set_order(draw_seed() if self._context.shuffle else None)

    def _set_order(self, seed: int | None) -> None:
        self._order_seed = seed
        size = len(self._context.splits["train"])
        self._order = None if seed is None else shuffled(size, seed)

    def train(self, batches: range, learning_rates: Sequence[float]) -> Sequence[float]:
        """Train on these batches of the epoch; gives the loss of each, read once at the end."""
        self._model.train()
        losses: list[Tensor] = []
        read = self._data.training.read(batches, self._order)
        for (inputs, labels), learning_rate in zip(read, learning_rates, strict=True):
            self._set_learning_rate(learning_rate)
            if self._augment is not None:
                inputs = torch.stack([self._augment(item) for item in inputs])
            with self._precision.forward_context():
                loss = self._loss(self._forward(inputs), labels)
            self._optimizer.zero_grad(set_to_none=True)
            self._precision.step(loss, self._optimizer)
            losses.append(loss.detach())
        return _read(losses)

    def _set_learning_rate(self, learning_rate: float) -> None:
        for group in self._optimizer.param_groups:
            if group["lr"] != learning_rate:
                group["lr"] = learning_rate

    def evaluate(self, split: str) -> Evaluation:
        """One pass over a split in its stored order; draws from no generator."""
        source = self._data.evaluation(split)
        self._model.eval()
        losses: list[Tensor] = []
        score = Score(self._context.dataset.task, self._device)
        with unchanged_generators(self._device), torch.inference_mode():
            for inputs, labels in source.read(range(self._data.steps(split))):
                with self._precision.forward_context():
                    logits = self._forward(inputs)
                    losses.append(self._loss(logits, labels))
                score.add(logits, labels)
        total = 0.0
        for loss in _read(losses):  # not sum(), which rounds otherwise from Python 3.12 on
            total += loss
        return score.evaluation(total / len(losses), len(self._context.splits[split]))

    def logits(self, split: str, indices: Sequence[int]) -> Sequence[Sequence[float]]:
        """The outputs for some items of a split; draws from no generator."""
        return self.logits_of(self._data.items(split, indices)) if indices else []

    def logits_of(self, inputs: Any) -> Sequence[Sequence[float]]:
        """The outputs for inputs ``(N, *dataset.shape)`` as stored; draws from no generator."""
        stored = as_tensor(np.asarray(inputs))
        expected = tuple(self._context.dataset.shape)
        if tuple(stored.shape[1:]) != expected:
            raise UserError(
                f"The input has the shape {tuple(stored.shape[1:])}, but the model takes "
                f"{expected}; give items like those of {self._context.dataset.name}."
            )
        self._model.eval()
        with unchanged_generators(self._device), torch.inference_mode():
            outputs = [self._outputs(part) for part in stored.split(self._context.batch_size)]
            return [row for output in outputs for row in output.float().tolist()]

    def _outputs(self, stored: Tensor) -> Tensor:
        # As the model is: to compile it for some items takes longer than all they take.
        with self._precision.forward_context():
            outputs: Tensor = self._model(self._format.prepare(stored.to(self._device)))
        return outputs

    def item_losses(
        self, logits: Sequence[Sequence[float]], labels: Sequence[Any]
    ) -> Sequence[float]:
        """The loss of each item alone, from logits ``(N, classes)`` and its label."""
        if not logits:
            return []
        outputs, wanted = torch.tensor(logits), torch.as_tensor(np.asarray(labels))
        losses: list[float] = each_item(self._loss)(outputs, wanted).tolist()
        return losses

    def saliency(self, item: Any) -> Sequence[Sequence[float]]:
        """How much each pixel of an item, as stored, matters to the predicted class."""
        stored = as_tensor(np.asarray(item)[None]).to(self._device)
        self._model.eval()
        with unchanged_generators(self._device):
            return saliency_rows(self._model, self._format.prepare(stored))

    def tensors(self, split: str, indices: Sequence[int]) -> Sequence[TensorView]:
        """The tensors of one pass over some items; changes nothing, and keeps no gradient."""
        stored = as_tensor(np.asarray(self._data.items(split, indices))).to(self._device)
        found = [self._context.splits[split][index][1] for index in indices]
        labels = torch.as_tensor(np.asarray(found)).to(self._device)
        self._model.eval()
        with unchanged_generators(self._device):
            inputs = self._format.prepare(stored)
            return list(
                read_tensors(self._model, self._optimizer, self._loss, stored, inputs, labels)
            )

    def peak_device_bytes(self) -> int | None:
        """The most that PyTorch ever took of a CUDA device's memory; ``None`` on others."""
        is_cuda = self._device.type == "cuda"
        return torch.cuda.max_memory_reserved(self._device) if is_cuda else None

    def plain_loop(self, batches: int) -> StepTimes:
        """Train a copy of the model as a plain script would, with a clock at each part."""
        return PlainLoop(self._context, self._model, self._device).run(batches)

    def summary(self) -> ModelSummary:
        """The model as plain values; draws from no generator."""
        with unchanged_generators(self._device):
            return summarize(self._model, self._empty_item())

    def _empty_item(self) -> Tensor:
        stored = torch.zeros((1, *self._context.dataset.shape), device=self._device)
        return self._format.prepare(stored)

    def save(self, folder: Path) -> None:
        """Write all that an exact resume needs into an empty folder."""
        state = TrainingState(
            model=self._model.state_dict(),
            optimizer=self._optimizer.state_dict(),
            generators=generator_states(),
            order_seed=self._order_seed,
            scaler=self._precision.state(),
        )
        write_state(folder, state)

    def load(self, folder: Path) -> None:
        """Go on from what :meth:`save` wrote; raises :class:`UserError` where it doesn't fit."""
        state = read_state(folder)
        check_model(state.model, self._model.state_dict(), folder)
        check_optimizer(state.optimizer, self._optimizer.state_dict(), folder)
        self._model.load_state_dict(state.model)
        self._optimizer.load_state_dict(dict(state.optimizer))
        self._precision.set_state(dict(state.scaler))
        self._set_order(state.order_seed)
        set_generator_states(dict(state.generators))

    def load_weights(self, folder: Path) -> None:
        """Begin with a checkpoint's weights; raises :class:`UserError` where they don't fit."""
        tensors = read_model(folder)
        check_model(tensors, self._model.state_dict(), folder)
        self._model.load_state_dict(tensors)

    def export(self, target: Path, format: str) -> None:
        """Write the model in one of the backend's formats; draws from no generator."""
        with unchanged_generators(self._device):
            export_model(target, format, self._model, self._optimizer, self._empty_item())

    def import_weights(self, path: Path) -> None:
        """Read someone else's weights; raises :class:`UserError` where they don't fit."""
        import_weights(path, self._model)


def _forward(model: nn.Module, options: PytorchOptions, device: torch.device) -> Forward:
    """The forward pass, compiled if the options say so."""
    if options.cuda_graphs and not options.compile:
        raise UserError("backend.cuda_graphs needs a compiled model; set backend.compile to true.")
    if not options.compile:
        return model
    return compiled(model, cuda_graphs=options.cuda_graphs and device.type == "cuda")


def _read(losses: list[Tensor]) -> list[float]:
    """The values of losses that are still on the device."""
    values: list[float] = torch.stack(losses).tolist() if losses else []
    return values
