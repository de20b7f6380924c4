"""The trainer that the workbench drives. Only a run's own process imports this module."""

import math

import numpy as np

from workbench.api import (
    Evaluation,
    LayerInfo,
    ModelSummary,
    TensorStats,
    UserError,
    tensor_view,
)

_WEIGHTS, _STATE = "weights.npz", "state.npz"
_SMALLEST = 1e-12


class SklearnTrainer:
    """An estimator and its data; see ``workbench.api.Trainer`` for each method."""

    device = "cpu"

    def __init__(self, context):
        if context.device not in ("auto", "cpu"):
            raise UserError(f"scikit-learn trains on the CPU only, not on {context.device}.")
        self.context = context
        dataset = context.dataset
        self.model = context.build_model()
        context.build_optimizer(self.model)
        self.model.begin(math.prod(dataset.shape), dataset.num_classes, context.seed)
        size, batch = len(context.splits["train"]), context.batch_size
        self.steps_per_epoch = size // batch if context.drop_last else math.ceil(size / batch)
        self.order = np.arange(size)

    def start_epoch(self, epoch):
        """An order of its own for each epoch, the same for the same seed."""
        self.order = np.arange(len(self.order))
        if self.context.shuffle:
            np.random.default_rng((self.context.seed, epoch)).shuffle(self.order)

    def train(self, batches, learning_rates):
        """Train on these batches of the epoch; the loss of each before its step."""
        return [
            self._train_batch(batch, learning_rate)
            for batch, learning_rate in zip(batches, learning_rates, strict=True)
        ]

    def _train_batch(self, batch, learning_rate):
        size = self.context.batch_size
        inputs, labels = self._items("train", self.order[batch * size : (batch + 1) * size])
        loss = cross_entropy(self._logits(inputs), labels)
        self.model.step(inputs, labels, learning_rate)
        return loss

    def evaluate(self, split):
        """One pass; the loss is the mean over batches."""
        size, batch = len(self.context.splits[split]), self.context.batch_size
        losses, correct = [], 0
        for start in range(0, size, batch):
            inputs, labels = self._items(split, range(start, min(start + batch, size)))
            logits = self._logits(inputs)
            losses.append(cross_entropy(logits, labels))
            correct += int((logits.argmax(axis=1) == labels).sum())
        return Evaluation(loss=sum(losses) / len(losses), correct=correct, size=size)

    def logits(self, split, indices):
        """The outputs for some items."""
        return self._logits(self._items(split, indices)[0]).tolist()

    def logits_of(self, inputs):
        """The outputs for inputs that are no items."""
        return self._logits(self._prepared(np.asarray(inputs))).tolist()

    def _logits(self, inputs):
        """The logarithms of the probabilities: their softmax is what the estimator says."""
        return np.log(np.maximum(self.model.estimator.predict_proba(inputs), _SMALLEST))

    def tensors(self, split, indices):
        """What happens to some items; scikit-learn hands out no gradients."""
        stored = np.stack([np.asarray(self.context.splits[split][index][0]) for index in indices])
        inputs, labels = self._items(split, indices)
        logits = self._logits(inputs)
        found = [
            ("stored", "data", stored),
            ("inputs", "data", inputs),
            ("labels", "data", labels),
            ("logits", "output", logits),
            ("loss", "output", np.asarray(cross_entropy(logits, labels))),
            *((name, "weight", tensor) for name, tensor in self.model.weights.items()),
            *((name, "optimizer", np.asarray(part)) for name, part in self.model.state().items()),
        ]
        return [
            tensor_view(array, name=name, kind=kind, device="cpu") for name, kind, array in found
        ]

    def summary(self):
        """The model as plain values."""
        tensors = self.model.weights
        count = sum(tensor.size for tensor in tensors.values())
        classes = self.context.dataset.num_classes
        kind = type(self.model.estimator).__name__
        return ModelSummary(
            text=str(self.model.estimator),
            layers=(LayerInfo("estimator", kind, (classes,), count, count),),
            parameters=count,
            trainable=count,
            tensors=tuple(tensor_stats(name, tensor) for name, tensor in tensors.items()),
        )

    def save(self, folder):
        """All that an exact resume needs; nothing random is drawn after the first weights."""
        np.savez(folder / _WEIGHTS, **self.model.weights)
        np.savez(folder / _STATE, order=self.order, **self.model.state())

    def load(self, folder):
        """Read what `save` wrote."""
        self.load_weights(folder)
        state = self._read(folder / _STATE)
        self.order = state.pop("order")
        self.model.restore(state)

    def load_weights(self, folder):
        """Read only the weights."""
        self.import_weights(folder / _WEIGHTS)

    def export(self, target, format):
        """The weights as NumPy's own file."""
        if format != "npz":
            raise UserError(f"This backend doesn't export {format}.")
        with target.open("wb") as file:
            np.savez(file, **self.model.weights)

    def import_weights(self, path):
        """Weights of the same shapes."""
        saved = self._read(path)
        for name, tensor in self.model.weights.items():
            if name not in saved or saved[name].shape != tensor.shape:
                raise UserError(f"{path} holds no {name} of the shape {tensor.shape}.")
        for name, tensor in self.model.weights.items():
            tensor[...] = saved[name]

    def _read(self, path):
        try:
            with np.load(path, allow_pickle=False) as saved:
                return dict(saved)
        except (OSError, ValueError):
            raise UserError(f"{path} is no checkpoint of this backend.") from None

    def _items(self, split, indices):
        items = self.context.splits[split]
        arrays = items.arrays()
        if arrays is not None:
            inputs, labels = arrays[0][np.asarray(indices)], arrays[1][np.asarray(indices)]
        else:
            pairs = [items[int(index)] for index in indices]
            inputs = np.stack([np.asarray(item) for item, _ in pairs])
            labels = np.array([label for _, label in pairs])
        return self._prepared(inputs), labels

    def _prepared(self, inputs):
        """Flat float64 features; bytes of an image become 0 to 1."""
        flat = inputs.reshape(len(inputs), -1).astype(np.float64)
        return flat / 255 if self.context.dataset.kind == "image" else flat


def cross_entropy(logits, labels):
    """The mean loss of a batch whose logits are logarithms of probabilities."""
    return float(-logits[np.arange(len(labels)), labels].mean())


def tensor_stats(name, tensor):
    """A tensor as plain values."""
    counts, _ = np.histogram(tensor, bins=20)
    return TensorStats(
        name=name,
        shape=tensor.shape,
        dtype=str(tensor.dtype),
        mean=float(tensor.mean()),
        std=float(tensor.std()),
        min=float(tensor.min()),
        max=float(tensor.max()),
        histogram=tuple(counts.tolist()),
    )
