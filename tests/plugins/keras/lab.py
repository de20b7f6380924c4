"""Small trainers to look at, in the process that has TensorFlow."""

from dataclasses import replace

import numpy as np
from tensorflow.python.framework import kernels

from workbench.api import ArraySplit, DatasetInfo, TrainerContext, UserError, WorkbenchError
from workbench_keras import model_specs, models, optimizer_specs, optimizers
from workbench_keras import trainer as trainers
from workbench_keras.backend_specs import KerasOptions
from workbench_keras.framework import keras, tf
from workbench_keras.trainer import create_trainer

__all__ = [
    "KerasOptions",
    "UserError",
    "WorkbenchError",
    "create_trainer",
    "keras",
    "models",
    "replace",
    "tf",
]

CLASSES = tuple("abcde")


class ItemSplit:
    """A split without arrays that notes which items were read."""

    def __init__(self, split):
        self.split = split
        self.read = []

    def __len__(self):
        return len(self.split)

    def __getitem__(self, index):
        self.read.append(index)
        return self.split[index]

    def arrays(self):
        return None


def make_split(size, shape=(8, 8), dtype="uint8", seed=0):
    """Items with a pattern a class under noise."""
    draw = np.random.default_rng(seed)
    patterns = np.random.default_rng(99).integers(0, 160, (len(CLASSES), *shape))
    labels = draw.integers(0, len(CLASSES), size)
    return ArraySplit(
        (patterns[labels] + draw.integers(0, 90, (size, *shape))).astype(dtype), labels
    )


def make_context(
    *,
    shape=(8, 8),
    dtype="uint8",
    sizes=(100, 48),
    model="dense",
    optimizer="adam",
    model_options=None,
    optimizer_options=None,
    **changes,
):
    kind = "vector" if len(shape) == 1 else "image"
    splits = {
        name: make_split(size, shape, dtype, seed)
        for seed, (name, size) in enumerate(zip(("train", "test"), sizes, strict=True))
    }
    dataset = DatasetInfo(
        "fake", kind, shape, dtype, CLASSES, dict(zip(splits, sizes, strict=True))
    )
    model_type = {"dense": model_specs.DenseOptions, "cnn": model_specs.CnnOptions}[model]
    optimizer_type = {
        "adam": optimizer_specs.AdamOptions,
        "adamw": optimizer_specs.AdamWOptions,
        "sgd": optimizer_specs.SgdOptions,
        "rmsprop": optimizer_specs.RmspropOptions,
    }[optimizer]
    build_model = getattr(models, f"build_{model}")
    build_optimizer = getattr(optimizers, f"build_{optimizer}")
    context = TrainerContext(
        dataset=dataset,
        splits=splits,
        build_model=lambda: build_model(dataset, model_type(**(model_options or {}))),
        build_optimizer=lambda parameters: build_optimizer(
            parameters, optimizer_type(**(optimizer_options or {}))
        ),
        loss="cross-entropy",
        batch_size=16,
        shuffle=False,
        drop_last=False,
        loader_workers=0,
        seed=7,
        device="cpu",
        options=KerasOptions(),
    )
    return replace(context, **changes)


def make_trainer(**changes):
    return create_trainer(make_context(**changes))


def make_gpu_trainer(**changes):
    """A trainer as on a GPU, which computes on the CPU."""
    chosen, trainers.use_device = trainers.use_device, lambda *_: "cuda:0"
    try:
        return make_trainer(**changes)
    finally:
        trainers.use_device = chosen


def has_gpu_kernel(node):
    """Whether TensorFlow has a kernel for this node of a graph on NVIDIA's GPUs."""
    types = {name: value.type for name, value in node.attr.items() if value.type}
    found = kernels.get_registered_kernels_for_op(node.op).kernel
    return not found or any(
        kernel.device_type in ("GPU", "DEFAULT")
        and all(
            types.get(rule.name) in (None, *rule.allowed_values.list.type)
            for rule in kernel.constraint
        )
        for kernel in found
    )


def train_epoch(trainer, epoch=0, lr=1e-3):
    trainer.start_epoch(epoch)
    steps = trainer.steps_per_epoch
    return trainer.train(range(steps), [lr] * steps)


def stored_values(trainer, folder):
    """All that a checkpoint holds, as bytes by file."""
    folder.mkdir()
    trainer.save(folder)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def plain_loop(context, rates, loss=None):
    """The losses and final weights of a loop in plain Keras, batch by batch in stored order."""
    loss = loss or keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    keras.utils.set_random_seed(context.seed)
    model = context.build_model()
    optimizer = context.build_optimizer(model.trainable_variables)
    inputs, labels = context.splits["train"].arrays()
    inputs = (inputs / 255.0).astype("float32")
    losses = []
    for step, rate in enumerate(rates):
        optimizer.learning_rate = rate
        batch = slice(step * context.batch_size, (step + 1) * context.batch_size)
        with tf.GradientTape() as tape:
            value = loss(labels[batch], model(inputs[batch], training=True))
        optimizer.apply(tape.gradient(value, [v.value for v in model.trainable_variables]))
        losses.append(float(value))
    return losses, model.get_weights()
