"""The compiled work of several devices: each has the whole model and a part of each batch."""

from typing import Any

from workbench.api import UserError
from workbench_keras.backend_specs import KerasOptions
from workbench_keras.framework import keras, tf
from workbench_keras.inputs import InputFormat
from workbench_keras.losses import Loss
from workbench_keras.steps import CompiledSteps


def check_options(options: KerasOptions) -> None:
    """Raise :class:`UserError` for options that several devices don't go together with."""
    if options.jit_compile:
        raise UserError(
            "XLA compiles no step of several devices; set backend.jit_compile to false."
        )
    if options.precision == "mixed_float16":
        raise UserError(
            "Several devices scale no mixed_float16 gradients; set backend.precision to "
            "mixed_bfloat16."
        )


class MirroredSteps(CompiledSteps):
    """As of one device, to rounding: the gradients are added up over the devices.

    A batch is evaluated on the first device alone, so each item counts once.
    """

    def __init__(
        self,
        strategy: Any,
        model: keras.Model,
        optimizer: keras.Optimizer,
        loss: Loss,
        item_loss: Loss,
        format: InputFormat,
        batch_size: int,
    ) -> None:
        self._strategy = strategy
        self._item_loss = item_loss
        super().__init__(model, optimizer, loss, format, batch_size, jit_compile=False)

    def _update(self, batch: Any, labels: Any) -> Any:
        losses = self._strategy.run(self._update_part, (batch, labels))
        return self._strategy.reduce("SUM", losses, axis=None)

    def _update_part(self, batch: Any, labels: Any) -> Any:
        """One device's part of a batch; of a last, smaller one it may have no item."""
        replica = tf.distribute.get_replica_context().replica_id_in_sync_group
        count, size = self._strategy.num_replicas_in_sync, tf.shape(labels)[0]
        mine = slice(size * replica // count, size * (replica + 1) // count)
        variables = [variable.value for variable in self._model.trainable_variables]
        with tf.GradientTape() as tape:
            losses = self._item_loss(labels[mine], self._model(batch[mine], training=True))
            loss = tf.reduce_sum(tf.cast(losses, tf.float32)) / tf.cast(size, tf.float32)
            for term in self._model.losses:
                loss += tf.cast(term, tf.float32) / count
        # Keras adds the gradients up over the devices.
        self._optimizer.apply(tape.gradient(loss, variables))
        return loss
