"""Keras's own ``fit``, timed: what the workbench's batches are compared with."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from workbench.api import StepTimes, TrainerContext
from workbench_keras.framework import keras, tf
from workbench_keras.inputs import InputFormat
from workbench_keras.losses import make_loss

_REPORT_EVERY = 100


class PlainLoop:
    """A copy of a model with an optimizer of its own, compiled as a plain script does it.

    ``fit`` says how long it took in all and not where: the parts are from the same steps cut
    into functions, of which one does the forward pass and another that and the gradients.
    """

    def __init__(self, context: TrainerContext, model: keras.Model, format: InputFormat) -> None:
        self._context = context
        self._format = format
        self._model = context.build_model()
        if not self._model.built:
            self._model(tf.zeros((1, *context.dataset.shape)), training=False)
        self._model.set_weights(model.get_weights())
        loss = make_loss(context.loss, context.dataset)
        self._loss = lambda labels, logits: loss(tf.cast(labels, format.label_dtype), logits)
        self._optimizer = context.build_optimizer(self._model.trainable_variables)
        metrics = ["accuracy"] if format.task == "multiclass" else []
        self._model.compile(optimizer=self._optimizer, loss=self._loss, metrics=metrics)
        self._forward = tf.function(self._compute_loss)
        self._gradients = tf.function(self._compute_gradients)
        self._apply = tf.function(self._optimizer.apply)

    def run(self, batches: int) -> StepTimes:
        """Train so many batches with ``fit``, then as many part by part."""
        inputs, labels = self._items(batches * self._context.batch_size)
        began = time.perf_counter()
        self._model.fit(
            inputs,
            labels,
            batch_size=self._context.batch_size,
            shuffle=self._context.shuffle,
            verbose=0,
        )
        total_s = time.perf_counter() - began
        return StepTimes(total_s, **self._parts(inputs, labels, batches))

    def _items(self, count: int) -> tuple[Any, Any]:
        """The first training items as a script has them: prepared, in NumPy arrays."""
        split = self._context.splits["train"]
        arrays = split.arrays()
        if arrays is None:
            items = [split[index] for index in range(min(count, len(split)))]
            arrays = np.array([np.asarray(item) for item, _ in items]), [y for _, y in items]
        inputs, labels = arrays[0][:count], arrays[1][:count]
        return self._format.prepare(tf.constant(inputs)).numpy(), np.asarray(
            labels, self._format.label_dtype.as_numpy_dtype
        )

    def _parts(self, inputs: Any, labels: Any, batches: int) -> dict[str, float]:
        names = ("data_s", "forward_s", "backward_s", "optimizer_s", "report_s")
        parts = dict.fromkeys(names, 0.0)

        def timed(part: str, work: Callable[[], Any]) -> Any:
            began = time.perf_counter()
            result = work()
            parts[part] += time.perf_counter() - began
            return result

        size = self._context.batch_size
        for batch in range(batches):
            place = slice(batch * size, (batch + 1) * size)
            chosen = inputs[place], labels[place]
            step = timed("data_s", partial(tuple, map(tf.constant, chosen)))
            timed("forward_s", partial(self._forward, *step))
            loss, gradients = timed("backward_s", partial(self._gradients, *step))
            timed("optimizer_s", partial(self._apply, gradients))
            if batch % _REPORT_EVERY == 0:
                timed("report_s", loss.numpy)
        parts["backward_s"] = max(0.0, parts["backward_s"] - parts["forward_s"])
        return parts

    def _compute_loss(self, inputs: Any, labels: Any) -> Any:
        return self._loss(labels, self._model(inputs, training=True))

    def _compute_gradients(self, inputs: Any, labels: Any) -> tuple[Any, Any]:
        variables = [variable.value for variable in self._model.trainable_variables]
        with tf.GradientTape() as tape:
            loss = self._compute_loss(inputs, labels)
        return loss, tape.gradient(loss, variables)
