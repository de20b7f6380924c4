"""The trainer of the Keras backend."""

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np

from workbench.api import Evaluation, ModelSummary, StepTimes, TensorView, TrainerContext, UserError
from workbench_keras.backend_specs import KerasOptions
from workbench_keras.checkpoint import VariableFiles, read_epoch, write_state
from workbench_keras.devices import use_device, use_devices
from workbench_keras.exchange import export_model
from workbench_keras.framework import keras, tf
from workbench_keras.importing import import_weights
from workbench_keras.inputs import InputFormat
from workbench_keras.losses import EACH_ITEM, make_loss
from workbench_keras.mirrored import MirroredSteps, check_options
from workbench_keras.plain_loop import PlainLoop
from workbench_keras.saliency import saliency_rows
from workbench_keras.scoring import evaluation
from workbench_keras.splits import SplitItems
from workbench_keras.steps import CompiledSteps
from workbench_keras.summary import summarize
from workbench_keras.tensors import read_tensors

INPUTS_AT_ONCE = 512
"""Inputs that pass through the model together when logits are wanted."""


class KerasTrainer:
    """A Keras model with its optimizer and data; see :class:`workbench.api.Trainer`."""

    def __init__(self, context: TrainerContext) -> None:
        options: KerasOptions = context.options
        self._context = context
        self._plain_loop: PlainLoop | None = None
        strategy = None
        if len(context.devices) > 1:
            check_options(options)
            self.device, strategy = use_devices(context.device, context.devices, options.threads)
        else:
            self.device = use_device(context.device, options.threads)
        # On a GPU, because TensorFlow has no kernel there that takes items out of a uint8 tensor:
        # it would copy all of them to the host for each batch.
        self._format = InputFormat(context.dataset, ahead=not self.device.endswith("cpu"))
        self._targets = len(context.dataset.targets)
        self._splits = SplitItems(context, self._format)
        self._item_loss = make_loss(context.loss, context.dataset, EACH_ITEM)
        self.steps_per_epoch = self._splits.steps_per_epoch
        _begin_anew(context.seed, options.precision)
        with strategy.scope() if strategy else nullcontext():
            self.model = _build_model(context)
            self.optimizer = _build_optimizer(context, self.model, options.precision)
        self._files = VariableFiles(self.model, self.optimizer)
        self._loss = make_loss(context.loss, context.dataset)
        if strategy:
            self._steps: CompiledSteps = MirroredSteps(
                strategy,
                self.model,
                self.optimizer,
                self._loss,
                self._item_loss,
                self._format,
                context.batch_size,
            )
        else:
            self._steps = CompiledSteps(
                self.model,
                self.optimizer,
                self._loss,
                self._format,
                context.batch_size,
                jit_compile=options.jit_compile,
            )
        self.start_epoch(0)

    def start_epoch(self, epoch: int) -> None:
        """Draw the order of the items of epoch ``epoch`` (from 0)."""
        self._epoch = epoch
        self._order = self._splits.epoch_order(epoch)

    def train(self, batches: range, learning_rates: Sequence[float]) -> Sequence[float]:
        """Train on these batches of the epoch and return the loss of each."""
        losses, done = [], 0
        for chunk in self._splits.source("train").read(batches, self._order):
            rates = tf.constant(learning_rates[done : done + chunk.count], tf.float32)
            losses.append(
                self._steps.train(
                    chunk.inputs, chunk.labels, chunk.order, tf.constant(chunk.first), rates
                )
            )
            done += chunk.count
        return [loss for part in losses for loss in part.numpy().tolist()]

    def evaluate(self, split: str) -> Evaluation:
        """One pass over a split in its stored order; see :class:`workbench.api.Trainer`."""
        order = self._splits.stored_order(split)
        batches = range(-(-len(order.indices) // self._steps.batch_size))
        losses, score = [], np.zeros(2)
        for chunk in self._splits.source(split).read(batches, order):
            part, added = self._steps.evaluate(
                chunk.inputs,
                chunk.labels,
                chunk.order,
                tf.constant(chunk.first),
                tf.constant(chunk.count),
            )
            losses.append(part.numpy())
            score += added.numpy()
        loss = np.concatenate(losses).mean(dtype=np.float64)
        return evaluation(self._format.task, score, float(loss), len(order.indices), self._targets)

    def logits(self, split: str, indices: Sequence[int]) -> Sequence[Sequence[float]]:
        """The model's outputs for some items of a split, ``(len(indices), num_outputs)``."""
        return self.logits_of(self._splits.items(split, indices))

    def logits_of(self, inputs: Any) -> Sequence[Sequence[float]]:
        """The outputs for inputs given as an array ``(N, *dataset.shape)`` in its dtype."""
        outputs: list[list[float]] = []
        for start in range(0, len(inputs), INPUTS_AT_ONCE):
            batch = self._format.prepare(inputs[start : start + INPUTS_AT_ONCE])
            logits = self.model(batch, training=False)
            outputs += tf.cast(logits, tf.float32).numpy().tolist()
        return outputs

    def item_losses(
        self, logits: Sequence[Sequence[float]], labels: Sequence[Any]
    ) -> Sequence[float]:
        """The loss of each item alone, from logits ``(N, classes)`` and its label."""
        if not logits:
            return []
        losses = self._item_loss(np.asarray(labels), tf.constant(logits, tf.float32))
        return [float(loss) for loss in losses.numpy()]

    def saliency(self, item: Any) -> Sequence[Sequence[float]]:
        """How much each pixel of an item, as stored, matters to the predicted class."""
        return saliency_rows(self.model, self._format.prepare(np.asarray(item)[None]))

    def tensors(self, split: str, indices: Sequence[int]) -> Sequence[TensorView]:
        """The tensors of one pass over some items; changes nothing."""
        stored = self._splits.items(split, indices)
        labels = np.asarray([self._context.splits[split][index][1] for index in indices])
        inputs = self._format.prepare(stored)
        return list(read_tensors(self.model, self.optimizer, self._loss, stored, inputs, labels))

    def peak_device_bytes(self) -> int | None:
        """The most that TensorFlow ever took of a GPU's memory; ``None`` on the CPU."""
        if not self.device.startswith("cuda"):
            return None
        # Only the chosen GPU is visible, so it is the first.
        return int(tf.config.experimental.get_memory_info("GPU:0")["peak"])

    def plain_loop(self, batches: int) -> StepTimes:
        """Train a copy of the model with Keras's ``fit``; traced by the first call."""
        if self._plain_loop is None:
            self._plain_loop = PlainLoop(self._context, self.model, self._format)
        return self._plain_loop.run(batches)

    def summary(self) -> ModelSummary:
        """The model as plain values."""
        return summarize(self.model)

    def save(self, folder: Path) -> None:
        """Write weights, optimizer, random generators and the epoch into an empty folder."""
        self._files.write(folder)
        write_state(folder, {"epoch": self._epoch})

    def load(self, folder: Path) -> None:
        """Read what ``save`` wrote; raises :class:`UserError` for files that don't fit."""
        epoch = read_epoch(folder)
        self._files.read(folder)
        self.start_epoch(epoch)

    def load_weights(self, folder: Path) -> None:
        """Read only the model's weights from what ``save`` wrote."""
        self._files.read_weights(folder)

    def export(self, target: Path, format: str) -> None:
        """Write the model in a format of the backend; ``target`` is a new file or folder."""
        export_model(self.model, target, format, self._format.shape)

    def import_weights(self, path: Path) -> None:
        """Read weights from a Keras file that someone else made."""
        import_weights(self.model, path)


def create_trainer(context: TrainerContext) -> KerasTrainer:
    """The trainer of the backend ``keras``."""
    return KerasTrainer(context)


def _begin_anew(seed: int, precision: str) -> None:
    # The names that Keras makes up count from the last clearing; checkpoints need the same.
    keras.backend.clear_session(free_memory=False)
    keras.config.set_dtype_policy(precision)
    keras.utils.set_random_seed(seed)


def _build_model(context: TrainerContext) -> keras.Model:
    model = context.build_model()
    if not isinstance(model, keras.Model):
        raise UserError(
            f"The model's function gave {type(model).__name__}; return a keras.Model from it."
        )
    if not model.built:  # a subclass makes its variables when it is called
        model(tf.zeros((1, *context.dataset.shape)), training=False)
    return model


def _build_optimizer(
    context: TrainerContext, model: keras.Model, precision: str
) -> keras.Optimizer:
    optimizer = context.build_optimizer(model.trainable_variables)
    if not isinstance(optimizer, keras.Optimizer):
        raise UserError(
            f"The optimizer's function gave {type(optimizer).__name__}; return a "
            "keras.optimizers.Optimizer from it."
        )
    if precision == "mixed_float16":
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    if not optimizer.built:
        optimizer.build(model.trainable_variables)
    return optimizer
