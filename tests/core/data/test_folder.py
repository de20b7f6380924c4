import gzip
import os
import sys

import numpy as np
import pytest

from workbench.api import UserError
from workbench.core.data import load_splits, status
from workbench.core.data.manifest import FILE_NAME

LAYOUTS = ["raw", "raw-gz", "direct", "direct-gz", "dataset-folder", "npz", "keras-cache"]


def write_layout(small, layout, data_dir):
    match layout.removesuffix("-gz"):
        case "raw":
            folder = data_dir / "Small" / "raw"
        case "dataset-folder":
            folder = data_dir / "raw"
        case "npz":
            return small.write_npz(data_dir / "small.npz")
        case "keras-cache":
            return small.write_npz(data_dir / "datasets" / "small.npz")
        case _:
            folder = data_dir
    return small.write_files(folder, packed=layout.endswith("-gz"))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_layout_gives_the_same_splits(small, data_dir, layout):
    write_layout(small, layout, data_dir)
    assert status(small.SPEC, data_dir).state == "unverified"
    for _ in range(2):
        loaded = load_splits(small.SPEC, None, data_dir)
        assert (loaded.sizes, loaded.is_sample) == (small.COUNTS, False)
        pixels, labels = loaded.splits["test"].arrays()
        assert (pixels.shape, pixels.dtype, labels.dtype) == ((5, 3, 2), np.uint8, np.int64)
        assert pixels.tobytes() == small.CONTENTS["t10k-images"][16:]
        assert labels.tolist() == list(small.CONTENTS["t10k-labels"][8:])
    assert status(small.SPEC, data_dir).state == "full"


def test_items_are_those_of_the_arrays(small, data_dir):
    small.write_files(data_dir)
    split = load_splits(small.SPEC, None, data_dir).splits["train"]
    pixels, labels = split.arrays()
    for index in (0, 7, 11, -1):
        image, label = split[index]
        assert image.tolist() == pixels[index].tolist()
        assert (label, type(label)) == (labels[index], int)
    with pytest.raises(IndexError):
        split[12]
    assert pixels.flags.writeable


def test_files_that_were_verified_are_only_read_until_they_change(small, data_dir):
    small.write_files(data_dir / "Small" / "raw")
    load_splits(small.SPEC, None, data_dir)
    path = data_dir / "Small" / "raw" / "t10k-images"
    before = path.stat()
    changed = small.make_contents(seed=1)["t10k-images"]
    path.write_bytes(changed)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    pixels, _ = load_splits(small.SPEC, None, data_dir).splits["test"].arrays()
    assert pixels.tobytes() == changed[16:]
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    with pytest.raises(UserError, match="is not the file of small"):
        load_splits(small.SPEC, None, data_dir)


def test_a_damaged_manifest_only_costs_another_verification(small, data_dir):
    small.write_files(data_dir / "Small" / "raw")
    load_splits(small.SPEC, None, data_dir)
    manifest = data_dir / "Small" / "raw" / FILE_NAME
    manifest.write_text("{")
    assert not load_splits(small.SPEC, None, data_dir).is_sample
    assert status(small.SPEC, data_dir).state == "full"


def test_the_interface_sees_the_status_without_numpy():
    code = (
        "import sys; from pathlib import Path; from workbench.core.data import status;"
        "from workbench_pytorch.datasets import FASHION_MNIST as spec;"
        "from workbench.core.data import load_splits;"
        "assert status(spec, Path('none')).state == 'sample';"
        "assert load_splits(spec, None, Path('none'), fetch=False).is_sample;"
        "sys.exit('numpy' in sys.modules or 'torch' in sys.modules)"
    )
    import subprocess

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def cut_gzip(content):
    return gzip.compress(content)[:-9]


def wrong_sum(content):
    return content[:-1] + bytes([content[-1] ^ 1])


WRONG_FILES = [
    ("train-images.gz", cut_gzip, "is cut short"),
    ("train-images.gz", lambda content: gzip.compress(content) + b"more", "4 bytes after the end"),
    ("train-images.gz", lambda content: gzip.compress(wrong_sum(content)), "unpacked SHA-256"),
    ("train-images", lambda content: content[:-5], "it has 83 of 88 bytes"),
    ("train-images", lambda content: content + b"\0", "1 bytes after its last item"),
    ("train-images", wrong_sum, "is not the file of small"),
    ("train-images", lambda content: b"<!DOCTYPE html>", "is not an IDX file"),
    ("train-images", lambda content: b"", "it is empty"),
    ("train-labels", lambda content: content[:7] + b"\x05" + content[8:13], "has 5 items, not 12"),
    ("train-labels", lambda content: content[:-1] + b"\x03", "label 3 at item 11"),
]


@pytest.mark.parametrize(("name", "spoil", "words"), WRONG_FILES)
def test_a_wrong_file_is_an_error_that_names_it_and_no_sample(
    small, data_dir, sample_package, name, spoil, words
):
    spec = small.with_source(sample=sample_package)
    raw = data_dir / "Small" / "raw"
    small.write_files(raw)
    (raw / name.removesuffix(".gz")).unlink()
    (raw / name).write_bytes(spoil(small.CONTENTS[name.removesuffix(".gz")]))
    with pytest.raises(UserError) as raised:
        load_splits(spec, None, data_dir)
    message = str(raised.value)
    assert message.startswith(f"{raw / name} ")
    assert words in message
    assert "`workbench data fetch small`" in message
    assert "\n" not in message
    assert raised.value.exit_code == 2


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.write_bytes(b"junk"), "is not an .npz file"),
        (lambda path: path.write_bytes(path.read_bytes()[:300]), "cut short"),
        (lambda path: np.savez(path, x_train=np.zeros(3)), 'array "x_train" of float64'),
        (lambda path: np.savez(path, other=np.zeros(3)), 'has no array "x_train"'),
        (lambda path: np.savez(path, x_train=np.array([{}])), "can't be read"),
    ],
)
def test_a_wrong_npz_is_an_error_and_nothing_is_unpickled(small, data_dir, spoil, words):
    path = data_dir / "small.npz"
    small.write_npz(path)
    spoil(path)
    with pytest.raises(UserError) as raised:
        load_splits(small.SPEC, None, data_dir)
    assert str(raised.value).startswith(f"{path} ")
    assert words in str(raised.value)


def test_an_npz_with_other_images_is_refused(small, data_dir):
    small.write_npz(data_dir / "small.npz", small.make_contents(seed=1))
    with pytest.raises(UserError, match="is not the file of small"):
        load_splits(small.SPEC, None, data_dir)


def test_an_incomplete_dataset_is_not_the_dataset(small, data_dir, sample_package):
    raw = data_dir / "Small" / "raw"
    small.write_files(raw)
    (raw / "t10k-labels").unlink()
    loaded = load_splits(small.with_source(sample=sample_package), None, data_dir)
    assert loaded.is_sample


def test_a_folder_in_a_files_place_is_not_a_file(small, data_dir, sample_package):
    (data_dir / "Small" / "raw" / "train-images").mkdir(parents=True)
    assert load_splits(small.with_source(sample=sample_package), None, data_dir).is_sample
