"""Datasets of all kinds: one of files, one of vectors, and one that can't be made."""

import hashlib
import struct
from pathlib import Path

from workbench.api import ArraySplit, DatasetSpec, IdxFile, IdxSource, hookimpl

SIDE = 6
CLASSES = ("low", "high")
COUNTS = {"train": 30, "test": 10}


def contents():
    """The files by name: item ``i`` has class ``i % 2`` and all pixels ``i``, or ``200 + i``."""
    made = {}
    for split, count in COUNTS.items():
        labels = bytes(index % 2 for index in range(count))
        pixels = b"".join(
            bytes([200 + index if index % 2 else index]) * SIDE**2 for index in range(count)
        )
        made[f"{split}-images"] = struct.pack(">IIII", 0x803, count, SIDE, SIDE) + pixels
        made[f"{split}-labels"] = struct.pack(">II", 0x801, count) + labels
    return made


def write_files(folder: Path):
    """Put the files into a folder."""
    folder.mkdir(parents=True)
    for name, content in contents().items():
        (folder / name).write_bytes(content)


def load_points(options):
    import numpy as np

    def split(count):
        inputs = np.array([[index, -index / 2, 0.5] for index in range(count)], np.float32)
        return ArraySplit(inputs, np.array([index % 2 for index in range(count)]))

    return {"train": split(40), "test": split(4)}


def load_nothing(options):
    raise RuntimeError("the disk of the crooked dataset is gone")


@hookimpl
def workbench_datasets():
    files = tuple(
        IdxFile(
            split=name.partition("-")[0],
            part=name.partition("-")[2],
            filename=name,
            sha256=hashlib.sha256(content).hexdigest(),
            count=COUNTS[name.partition("-")[0]],
        )
        for name, content in contents().items()
    )
    return [
        DatasetSpec(
            name="files",
            title="Files",
            description="Images of one shade each.",
            kind="image",
            shape=(SIDE, SIDE),
            dtype="uint8",
            classes=CLASSES,
            sizes=COUNTS,
            source=IdxSource(folder="Files", files=files),
        ),
        DatasetSpec(
            name="points",
            title="Points",
            description="Points in space.",
            kind="vector",
            shape=(3,),
            dtype="float32",
            classes=("even", "odd"),
            sizes={"train": 40, "test": 4},
            load=load_points,
        ),
        DatasetSpec(
            name="crooked",
            title="Crooked",
            description="Nothing.",
            kind="image",
            shape=(2, 2),
            dtype="uint8",
            classes=CLASSES,
            sizes=COUNTS,
            load=load_nothing,
        ),
    ]
