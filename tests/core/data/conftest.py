"""A dataset small enough to write in each test: 3x2 images of three classes."""

import gzip
import hashlib
import importlib.util
import math
import random
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from workbench.api import DatasetSpec, IdxFile, IdxSource
from workbench.core.data import idx

SHAPE = (3, 2)
COUNTS = {"train": 12, "test": 5}
NAMES = {"train": "train", "test": "t10k"}


def make_contents(seed=0):
    random_bytes = random.Random(seed)
    contents = {}
    for split, count in COUNTS.items():
        pixels = random_bytes.randbytes(count * math.prod(SHAPE))
        labels = bytes(random_bytes.randrange(3) for _ in range(count))
        contents[f"{NAMES[split]}-images"] = idx.header(count, SHAPE) + pixels
        contents[f"{NAMES[split]}-labels"] = idx.header(count, ()) + labels
    return contents


CONTENTS = make_contents()


def idx_file(split, part):
    name = f"{NAMES[split]}-{part}"
    digest = hashlib.sha256(CONTENTS[name]).hexdigest()
    return IdxFile(split=split, part=part, filename=name, sha256=digest, count=COUNTS[split])


SOURCE = IdxSource(
    folder="Small",
    files=tuple(idx_file(split, part) for split in COUNTS for part in ("images", "labels")),
    npz="small.npz",
)
SPEC = DatasetSpec(
    name="small",
    title="Small",
    description="Images of 3x2.",
    kind="image",
    shape=SHAPE,
    dtype="uint8",
    classes=("a", "b", "c"),
    sizes=COUNTS,
    source=SOURCE,
)


def with_source(**changes):
    """The dataset with another source."""
    return replace(SPEC, source=replace(SOURCE, **changes))


def write_files(folder: Path, *, packed=False, contents=CONTENTS):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        if packed:
            (folder / f"{name}.gz").write_bytes(gzip.compress(content))
        else:
            (folder / name).write_bytes(content)


def write_npz(path: Path, contents=CONTENTS):
    import numpy as np

    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {}
    for split, name in NAMES.items():
        pixels = np.frombuffer(contents[f"{name}-images"], np.uint8, offset=16)
        arrays[f"x_{split}"] = pixels.reshape(-1, *SHAPE)
        arrays[f"y_{split}"] = np.frombuffer(contents[f"{name}-labels"], np.uint8, offset=8)
    np.savez(path, **arrays)


@pytest.fixture
def small():
    """This module: the dataset and how to write it."""
    return sys.modules[__name__]


@pytest.fixture
def data_dir(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def downloads(tmp_path, monkeypatch):
    """The fake downloads, loaded as from a plugin's path; ``calls()`` counts them."""
    path = Path(__file__).parents[2] / "fakes" / "downloads.py"
    spec = importlib.util.spec_from_file_location("fake_downloads", path)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "fake_downloads", module)
    spec.loader.exec_module(module)
    calls = tmp_path / "calls"
    module.calls = lambda: len(calls.read_text()) if calls.exists() else 0
    files = tmp_path / "files"
    write_files(files / "Small" / "raw", packed=True)
    monkeypatch.setenv("FAKE_CALLS", str(calls))
    monkeypatch.setenv("FAKE_FILES", str(files))
    monkeypatch.delenv("WORKBENCH_OFFLINE")
    return module


@pytest.fixture
def sample_package(tmp_path, monkeypatch):
    """An importable package with a sample of the dataset: 4 and 2 items."""
    package = tmp_path / "packages" / "small_package"
    contents = {}
    for split, count in (("train", 4), ("test", 2)):
        for part, shape in (("images", SHAPE), ("labels", ())):
            name = f"{NAMES[split]}-{part}"
            start = idx.header_size(shape)
            items = CONTENTS[name][start : start + count * math.prod(shape)]
            contents[name] = idx.header(count, shape) + items
    write_files(package / "samples", packed=True, contents=contents)
    (package / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(package.parent)
    monkeypatch.delitem(sys.modules, package.name, raising=False)
    return "small_package:samples"
