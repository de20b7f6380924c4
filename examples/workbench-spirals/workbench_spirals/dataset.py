"""A dataset: points on three spirals, whose arm is the class."""

from dataclasses import dataclass

from workbench.api import ArraySplit, DatasetSpec, option

CLASSES = ("first arm", "second arm", "third arm")
SIZES = {"train": 3000, "test": 600}


@dataclass(frozen=True)
class SpiralOptions:
    """What a person may set: `--set dataset.turns=2`."""

    turns: float = option(1.0, help="How often an arm goes around.", gt=0, le=5)
    noise: float = option(0.1, help="How far points lie from their arm.", ge=0)


def load(options):
    """The splits. Called in the run's own process, so NumPy is imported here."""
    import numpy as np

    def split(size, seed):
        draw = np.random.default_rng(seed)
        labels = np.arange(size, dtype=np.int64) % len(CLASSES)
        radius = np.sqrt(draw.uniform(0.02, 1, size))
        angle = 2 * np.pi * (options.turns * radius + labels / len(CLASSES))
        points = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        points += options.noise / 2 * draw.normal(size=(size, 2))
        return ArraySplit(points.astype(np.float32), labels)

    return {"train": split(SIZES["train"], 1), "test": split(SIZES["test"], 2)}


DATASETS = (
    DatasetSpec(
        name="spirals",
        title="Spirals",
        description="Points of the plane on three spirals that wind around each other.",
        kind="vector",
        shape=(2,),
        dtype="float32",
        classes=CLASSES,
        sizes=SIZES,
        options=SpiralOptions,
        load=load,
    ),
)
