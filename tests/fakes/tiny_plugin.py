"""A whole backend in pure Python: it trains in milliseconds and needs no framework."""

import json
import math
import random
import time
from dataclasses import dataclass

from workbench.api import (
    BackendSpec,
    DatasetSpec,
    DeviceError,
    Evaluation,
    ExportFormat,
    LayerInfo,
    LossSpec,
    ModelSpec,
    ModelSummary,
    OptimizerSpec,
    TensorStats,
    UserError,
    hookimpl,
    option,
    tensor_view,
)

SIDE = 8
CLASSES = ("circle", "square", "cross", "line")


@dataclass(frozen=True)
class LinearOptions:
    scale: float = option(0.01, help="Spread of the first weights.", ge=0)


@dataclass(frozen=True)
class SgdOptions:
    lr: float = option(0.5, help="Learning rate.", gt=0)


@dataclass(frozen=True)
class TinyOptions:
    delay_s: float = option(0.0, help="Seconds that each batch takes longer.", ge=0)
    fail_at: int = option(-1, help="Batch of the run at which training raises.")
    save_delay_s: float = option(0.0, help="Seconds in the middle of each save.", ge=0)
    nan_at: int = option(-1, help="Batch of the run at which the loss is not a number.")


class TinySplit:
    """Images of 8x8 with a bright stripe whose place is the class."""

    def __init__(self, size: int, seed: int) -> None:
        draw = random.Random(seed)
        self.items = [_item(index % len(CLASSES), draw) for index in range(size)]

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        pixels, label = self.items[index]
        return memoryview(pixels).cast("B", (SIDE, SIDE)), label

    def arrays(self):
        return None


def _item(label, draw):
    rows = [
        [draw.randint(0, 80) + (170 if row // 2 == label else 0) for _ in range(SIDE)]
        for row in range(SIDE)
    ]
    return bytes(value for row in rows for value in row), label


def load_tiny(options):
    return {"train": TinySplit(512, 1), "test": TinySplit(64, 2)}


class LinearModel:
    def __init__(self, dataset, options):
        draw = random.Random(random.random())
        self.weights = [
            [draw.gauss(0, options.scale) for _ in range(SIDE * SIDE)] for _ in dataset.classes
        ]

    def logits(self, pixels):
        return [sum(w * p for w, p in zip(row, pixels, strict=True)) / 255 for row in self.weights]


class TinySgd:
    def __init__(self, weights, options):
        self.weights = weights
        self.lr = options.lr


class TinyTrainer:
    def __init__(self, context):
        if context.device not in ("auto", "cpu"):
            raise DeviceError(context.device, ["cpu"])
        self.context = context
        random.seed(context.seed)
        self.model = context.build_model()
        self.optimizer = context.build_optimizer(self.model.weights)
        size, batch = len(context.splits["train"]), context.batch_size
        self.steps_per_epoch = size // batch if context.drop_last else math.ceil(size / batch)
        self.device = "cpu"
        self.order = list(range(size))
        self.trained = 0

    def start_epoch(self, epoch):
        self.order = list(range(len(self.order)))
        if self.context.shuffle:
            random.Random(f"{self.context.seed}-{epoch}").shuffle(self.order)

    def train(self, batches, learning_rates):
        return [
            self._train_batch(batch, rate)
            for batch, rate in zip(batches, learning_rates, strict=True)
        ]

    def _train_batch(self, batch, rate):
        options = self.context.options
        if options.delay_s:
            time.sleep(options.delay_s)
        if self.trained == options.fail_at:
            raise RuntimeError("the tiny backend fails as it was told to")
        self.trained += 1
        if self.trained - 1 == options.nan_at:
            return math.nan
        size = self.context.batch_size
        indices = self.order[batch * size : (batch + 1) * size]
        gradient = [[0.0] * (SIDE * SIDE) for _ in self.model.weights]
        loss = 0.0
        for index in indices:
            pixels, label = self._pixels("train", index)
            shares = softmax(self.model.logits(pixels))
            loss -= math.log(max(shares[label], 1e-12)) / len(indices)
            for row, share in enumerate(shares):
                error = (share - (row == label)) / len(indices) / 255
                for column, pixel in enumerate(pixels):
                    gradient[row][column] += error * pixel
        for row, slope in zip(self.model.weights, gradient, strict=True):
            for column, value in enumerate(slope):
                row[column] -= rate * value
        return loss

    def _pixels(self, split, index):
        image, label = self.context.splits[split][index]
        return image.tobytes(), label

    def evaluate(self, split):
        loss, correct, batches = 0.0, 0, 0
        items = self.context.splits[split]
        size = self.context.batch_size
        for start in range(0, len(items), size):
            chunk = range(start, min(start + size, len(items)))
            batch_loss = 0.0
            for index in chunk:
                pixels, label = self._pixels(split, index)
                shares = softmax(self.model.logits(pixels))
                batch_loss -= math.log(max(shares[label], 1e-12))
                correct += shares.index(max(shares)) == label
            loss += batch_loss / len(chunk)
            batches += 1
        return Evaluation(loss / batches, correct, len(items))

    def logits(self, split, indices):
        return [self.model.logits(self._pixels(split, index)[0]) for index in indices]

    def logits_of(self, inputs):
        return [self.model.logits(image.tobytes()) for image in inputs]

    def saliency(self, item):
        logits = self.model.logits(item.tobytes())
        row = self.model.weights[logits.index(max(logits))]
        return [[abs(w) / 255 for w in row[at : at + SIDE]] for at in range(0, len(row), SIDE)]

    def tensors(self, split, indices):
        import numpy as np

        items = [self._pixels(split, index) for index in indices]
        stored = np.array([list(pixels) for pixels, _ in items], np.uint8).reshape(-1, SIDE, SIDE)
        labels = np.array([label for _, label in items])
        weight = np.array(self.model.weights)
        inputs = stored.reshape(len(stored), -1) / 255
        logits = inputs @ weight.T
        shares = np.array([softmax(row) for row in logits.tolist()])
        loss = -np.log(shares[range(len(labels)), labels]).mean()
        gradient = (shares - np.eye(len(CLASSES))[labels]).T @ inputs / len(labels)
        return [
            tensor_view(array, name=name, kind=kind, device="cpu")
            for name, kind, array in (
                ("stored", "data", stored),
                ("inputs", "data", inputs),
                ("labels", "data", labels),
                ("logits", "output", logits),
                ("loss", "output", loss),
                ("weight", "weight", weight),
                ("weight.grad", "gradient", gradient),
            )
        ]

    def summary(self):
        count = sum(len(row) for row in self.model.weights)
        flat = [value for row in self.model.weights for value in row]
        mean = sum(flat) / count
        std = math.sqrt(sum((value - mean) ** 2 for value in flat) / count)
        shape = (len(self.model.weights), SIDE * SIDE)
        return ModelSummary(
            text="LinearModel(64, 4)",
            layers=(LayerInfo("linear", "Linear", (4,), count, count),),
            parameters=count,
            trainable=count,
            tensors=(
                TensorStats(
                    "weight", shape, "float64", mean, std, min(flat), max(flat), histogram(flat)
                ),
            ),
        )

    def save(self, folder):
        state = {"weights": self.model.weights, "order": self.order, "trained": self.trained}
        text = json.dumps(state)
        with (folder / "tiny.json").open("w") as file:
            file.write(text[:100])
            file.flush()
            time.sleep(self.context.options.save_delay_s)
            file.write(text[100:])

    def load(self, folder):
        try:
            state = json.loads((folder / "tiny.json").read_text())
        except (OSError, ValueError):
            raise UserError(f"{folder} holds no model of the tiny backend.") from None
        self.model.weights[:] = state["weights"]
        self.order, self.trained = state["order"], state["trained"]

    def load_weights(self, folder):
        self.import_weights(folder / "tiny.json")

    def export(self, target, format):
        target.write_text(json.dumps({"weights": self.model.weights}))

    def import_weights(self, path):
        try:
            weights = json.loads(path.read_text())["weights"]
        except (OSError, ValueError, KeyError, TypeError):
            raise UserError(f"{path} holds no weights of the tiny backend.") from None
        self.model.weights[:] = weights


def write_script(document, dataset):
    return f"print({document['epochs']!r}, {dataset.name!r})\n"


def histogram(values):
    low, width = min(values), (max(values) - min(values)) / 20 or 1.0
    counts = [0] * 20
    for value in values:
        counts[min(int((value - low) / width), 19)] += 1
    return tuple(counts)


def softmax(logits):
    top = max(logits)
    powers = [math.exp(value - top) for value in logits]
    return [power / sum(powers) for power in powers]


@hookimpl
def workbench_datasets():
    return [
        DatasetSpec(
            name="tiny",
            title="Tiny stripes",
            description="512 images of 8x8 in four classes, made as they are needed.",
            kind="image",
            shape=(SIDE, SIDE),
            dtype="uint8",
            classes=CLASSES,
            sizes={"train": 512, "test": 64},
            load=load_tiny,
        )
    ]


def refuse_other_shapes(dataset, options):
    if dataset.shape != (SIDE, SIDE):
        return f"it takes images of {SIDE}x{SIDE}, not {dataset.shape}"
    return None


@hookimpl
def workbench_models():
    return [
        ModelSpec(
            name="linear",
            backend="tiny",
            title="Linear",
            description="One weight a pixel and class.",
            build=LinearModel,
            options=LinearOptions,
            refuse=refuse_other_shapes,
        )
    ]


@hookimpl
def workbench_optimizers():
    return [
        OptimizerSpec(
            name="plain",
            backend="tiny",
            title="Plain descent",
            description="One step down the gradient.",
            build=TinySgd,
            options=SgdOptions,
        )
    ]


@hookimpl
def workbench_backends():
    return [
        BackendSpec(
            name="tiny",
            title="Tiny",
            description="Pure Python.",
            create_trainer=TinyTrainer,
            requires=("json",),
            install="nothing",
            losses=(LossSpec(name="cross-entropy", title="Cross-entropy"),),
            options=TinyOptions,
            exports=(ExportFormat(name="json", suffix=".json", title="Weights as JSON"),),
            imports=(".json",),
            script=write_script,
            warm_up="gc:freeze",
            default_plan={
                "model": {"name": "linear"},
                "optimizer": {"name": "plain"},
                "data": {"batch_size": 16},
                "loss": "cross-entropy",
            },
        )
    ]
