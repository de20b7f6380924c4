"""torchvision's sets from tiny files in its layout; nothing is downloaded."""

import gzip
import hashlib
import importlib.util
import pickle

import pytest

np = pytest.importorskip("numpy")
pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("torchvision") is None, reason="needs torchvision"
)

from workbench.api import UserError  # noqa: E402
from workbench.core.data import import_folder, load_splits, status  # noqa: E402
from workbench.core.plugins import load_plugins  # noqa: E402
from workbench_extras.torchvision_sets import SETS, download_kmnist, load  # noqa: E402

DRAW = np.random.default_rng(0)


def write_idx(path, array):
    path.parent.mkdir(parents=True, exist_ok=True)
    head = bytes([0, 0, 8, array.ndim]) + b"".join(side.to_bytes(4, "big") for side in array.shape)
    path.write_bytes(head + array.astype(np.uint8).tobytes())


def write_kmnist(raw):
    images = DRAW.integers(0, 255, (5, 28, 28))
    for prefix, count in (("train", 5), ("t10k", 3)):
        write_idx(raw / f"{prefix}-images-idx3-ubyte", images[:count])
        write_idx(raw / f"{prefix}-labels-idx1-ubyte", np.arange(count))
    return images


def test_kmnist_imported_into_the_data_folder(tmp_path):
    images = write_kmnist(tmp_path / "raw")
    spec = load_plugins(installed={"torchvision-sets"}).dataset("kmnist")
    data_dir = tmp_path / "data"
    assert status(spec, data_dir).state == "missing"
    import_folder(spec, tmp_path, data_dir)
    assert status(spec, data_dir).state == "full"
    made = load_splits(spec, None, data_dir)
    assert made.sizes == {"train": 5, "test": 3} and made.source == "data folder"
    inputs, labels = made.splits["train"].arrays()
    assert np.array_equal(inputs, images) and labels.tolist() == [0, 1, 2, 3, 4]


def test_kmnist_by_torchvisions_own_download(tmp_path, monkeypatch):
    from torchvision.datasets import KMNIST

    raw = tmp_path / "data" / "KMNIST" / "raw"
    write_kmnist(raw)
    for path in list(raw.iterdir()):  # as they come: then torchvision only checks and unpacks them
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    digests = [
        (name, hashlib.md5((raw / name).read_bytes()).hexdigest()) for name, _ in KMNIST.resources
    ]
    monkeypatch.setattr(KMNIST, "resources", digests)
    download_kmnist(str(tmp_path / "data"))
    spec = load_plugins(installed={"torchvision-sets"}).dataset("kmnist")
    assert status(spec, tmp_path / "data").state == "full"


def test_emnist_stands_upright_and_its_letters_begin_at_nought(tmp_path):
    images = DRAW.integers(0, 255, (4, 28, 28))
    raw = tmp_path / "EMNIST" / "raw"
    for split in ("train", "test"):
        write_idx(raw / f"emnist-letters-{split}-images-idx3-ubyte", images)
        write_idx(raw / f"emnist-letters-{split}-labels-idx1-ubyte", np.array([1, 2, 25, 26]))
    inputs, labels = load("emnist-letters", None, str(tmp_path)).splits["test"].arrays()
    assert np.array_equal(inputs, images.transpose(0, 2, 1))
    assert labels.tolist() == [0, 1, 24, 25]


def test_cifar10(tmp_path, monkeypatch):
    from torchvision.datasets import CIFAR10

    folder = tmp_path / CIFAR10.base_folder
    folder.mkdir()
    images = DRAW.integers(0, 255, (2, 3, 32, 32)).astype(np.uint8)

    def write(name, content):
        data = pickle.dumps(content)
        (folder / name).write_bytes(data)
        return [name, hashlib.md5(data).hexdigest()]

    batch = {"data": images.reshape(2, -1), "labels": [3, 9]}
    monkeypatch.setattr(CIFAR10, "train_list", [write("data_batch_1", batch)])
    monkeypatch.setattr(CIFAR10, "test_list", [write("test_batch", batch)])
    names = write("batches.meta", {"label_names": list(SETS["cifar10"].classes)})
    meta = {"filename": names[0], "key": "label_names", "md5": names[1]}
    monkeypatch.setattr(CIFAR10, "meta", meta)
    inputs, labels = load("cifar10", None, str(tmp_path)).splits["train"].arrays()
    assert np.array_equal(inputs, images.transpose(0, 2, 3, 1)) and labels.tolist() == [3, 9]
    (folder / "data_batch_1").write_bytes(b"other")
    with pytest.raises(UserError, match="CIFAR-10 can't be read from"):
        load("cifar10", None, str(tmp_path))


def test_svhn(tmp_path, monkeypatch):
    io = pytest.importorskip("scipy.io")
    from torchvision.datasets import SVHN

    images = DRAW.integers(0, 255, (32, 32, 3, 2)).astype(np.uint8)
    for split in ("train", "test"):
        path = tmp_path / "SVHN" / f"{split}_32x32.mat"
        path.parent.mkdir(exist_ok=True)
        io.savemat(path, {"X": images, "y": np.array([[1], [10]])})
        found = ["", path.name, hashlib.md5(path.read_bytes()).hexdigest()]
        monkeypatch.setitem(SVHN.split_list, split, found)
    inputs, labels = load("svhn", None, str(tmp_path)).splits["train"].arrays()
    assert np.array_equal(inputs, images.transpose(3, 0, 1, 2)) and labels.tolist() == [1, 0]


@pytest.mark.parametrize("name", SETS)
def test_each_set_is_offered_with_its_files(name, tmp_path):
    spec = load_plugins(installed={"torchvision-sets"}).dataset(name)
    assert len(set(spec.classes)) == len(spec.classes)
    assert all(file.path.startswith(f"{spec.source.folder}/") for file in spec.source.files)
    with pytest.raises(UserError, match=f"see `workbench data fetch {name}`"):
        load_splits(spec, None, tmp_path)
    with pytest.raises(UserError, match=f"get it anew with `workbench data fetch {name}`"):
        spec.load(None, str(tmp_path))


@pytest.mark.parametrize("name", ["cifar10", "cifar100", "svhn"])
def test_the_checksums_are_torchvisions(name):
    from torchvision import datasets

    made = getattr(datasets, SETS[name].set)
    if name == "svhn":
        known = {file: md5 for kind, (_, file, md5) in made.split_list.items() if kind != "extra"}
    else:
        known = dict([*made.train_list, *made.test_list, (made.meta["filename"], made.meta["md5"])])
    assert SETS[name].files == known
