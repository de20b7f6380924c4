"""The compiled work: training and evaluating many batches in one call of TensorFlow.

The loop over the batches is inside the graph, so Python is left once a call, not once a
batch. Its length is a tensor: one trace serves each number of batches and the last, smaller
batch. ``tf.while_loop`` is written out because AutoGraph would take longer to trace it.
"""

from typing import Any

from workbench_keras.framework import keras, tf
from workbench_keras.inputs import InputFormat
from workbench_keras.losses import Loss
from workbench_keras.scoring import score_of


class CompiledSteps:
    """A model's training and evaluation on batches of items held in tensors.

    Each function takes held inputs ``(N, *shape)``, labels ``(N,)`` or ``(N, targets)``, an
    order int64 ``(M,)`` of item indices, and the first of the batches into which it is cut.
    """

    def __init__(
        self,
        model: keras.Model,
        optimizer: keras.Optimizer,
        loss: Loss,
        format: InputFormat,
        batch_size: int,
        *,
        jit_compile: bool,
    ) -> None:
        self._model = model
        self._optimizer = optimizer
        self._loss = loss
        self._format = format
        self.batch_size = batch_size
        self._step = tf.function(self._update, jit_compile=True) if jit_compile else self._update
        items = (
            tf.TensorSpec((None, *format.shape), format.held_dtype),
            tf.TensorSpec((None, *format.label_shape), format.label_dtype),
            tf.TensorSpec((None,), tf.int64),
            tf.TensorSpec((), tf.int32),
        )
        rates, count = tf.TensorSpec((None,), tf.float32), tf.TensorSpec((), tf.int32)
        self.train = tf.function(self._train, (*items, rates), autograph=False)
        """With learning rates float32 ``(B,)``: train on B batches; their losses ``(B,)``."""
        self.evaluate = tf.function(self._evaluate, (*items, count), autograph=False)
        """With a count B: the losses ``(B,)`` of B batches, and the sum of their scores."""

    def _train(self, inputs: Any, labels: Any, order: Any, first: Any, rates: Any) -> Any:
        count = tf.size(rates)

        def body(step: Any, losses: Any) -> Any:
            self._optimizer.learning_rate.assign(rates[step])
            batch = self._batch(inputs, labels, order, first + step)
            return step + 1, losses.write(step, self._step(*batch))

        losses = tf.TensorArray(tf.float32, size=count, element_shape=())
        _, losses = tf.while_loop(lambda step, _: step < count, body, (0, losses))
        return losses.stack()

    def _evaluate(self, inputs: Any, labels: Any, order: Any, first: Any, count: Any) -> Any:
        def body(step: Any, losses: Any, score: Any) -> Any:
            batch, wanted = self._batch(inputs, labels, order, first + step)
            logits = self._model(batch, training=False)
            losses = losses.write(step, self._total_loss(wanted, logits))
            return step + 1, losses, score + score_of(self._format.task, logits, wanted)

        losses = tf.TensorArray(tf.float32, size=count, element_shape=())
        none = tf.zeros(2, tf.float64)
        _, losses, score = tf.while_loop(lambda step, *_: step < count, body, (0, losses, none))
        return losses.stack(), score

    def _batch(self, inputs: Any, labels: Any, order: Any, batch: Any) -> tuple[Any, Any]:
        start = batch * self.batch_size
        items = order[start : start + self.batch_size]
        return self._format.take(tf.gather(inputs, items)), tf.gather(labels, items)

    def _update(self, batch: Any, labels: Any) -> Any:
        variables = [variable.value for variable in self._model.trainable_variables]
        with tf.GradientTape() as tape:
            loss = self._total_loss(labels, self._model(batch, training=True))
            scaled = self._optimizer.scale_loss(loss)
        self._optimizer.apply(tape.gradient(scaled, variables))
        return loss

    def _total_loss(self, labels: Any, logits: Any) -> Any:
        """The loss and what the model's layers add to it, as in Keras's ``fit``."""
        terms = [self._loss(labels, logits), *self._model.losses]
        return tf.add_n([tf.cast(term, tf.float32) for term in terms])
