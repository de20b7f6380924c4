"""torchvision's sets from tiny files in its layout; nothing is downloaded."""

import hashlib
import pickle

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("torchvision")

from workbench.api import UserError  # noqa: E402
from workbench.core.plugins import load_plugins  # noqa: E402
from workbench_extras.torchvision_sets import SETS, SetOptions, load  # noqa: E402

DRAW = np.random.default_rng(0)


def write_idx(path, array):
    path.parent.mkdir(parents=True, exist_ok=True)
    head = bytes([0, 0, 8, array.ndim]) + b"".join(side.to_bytes(4, "big") for side in array.shape)
    path.write_bytes(head + array.astype(np.uint8).tobytes())


def test_kmnist(tmp_path):
    images = DRAW.integers(0, 255, (5, 28, 28))
    for prefix, count in (("train", 5), ("t10k", 3)):
        raw = tmp_path / "KMNIST" / "raw"
        write_idx(raw / f"{prefix}-images-idx3-ubyte", images[:count])
        write_idx(raw / f"{prefix}-labels-idx1-ubyte", np.arange(count))
    made = load("kmnist", SetOptions(path=str(tmp_path)))
    assert made.info.sizes == {"train": 5, "test": 3}
    inputs, labels = made.splits["train"].arrays()
    assert np.array_equal(inputs, images) and labels.tolist() == [0, 1, 2, 3, 4]


def test_emnist_stands_upright_and_its_letters_begin_at_nought(tmp_path):
    images = DRAW.integers(0, 255, (4, 28, 28))
    raw = tmp_path / "EMNIST" / "raw"
    for split in ("train", "test"):
        write_idx(raw / f"emnist-letters-{split}-images-idx3-ubyte", images)
        write_idx(raw / f"emnist-letters-{split}-labels-idx1-ubyte", np.array([1, 2, 25, 26]))
    inputs, labels = load("emnist-letters", SetOptions(path=str(tmp_path))).splits["test"].arrays()
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
    inputs, labels = load("cifar10", SetOptions(path=str(tmp_path))).splits["train"].arrays()
    assert np.array_equal(inputs, images.transpose(0, 2, 3, 1)) and labels.tolist() == [3, 9]
    (folder / "data_batch_1").write_bytes(b"other")
    with pytest.raises(UserError, match="CIFAR-10 can't be read from"):
        load("cifar10", SetOptions(path=str(tmp_path)))


def test_svhn(tmp_path, monkeypatch):
    io = pytest.importorskip("scipy.io")
    from torchvision.datasets import SVHN

    images = DRAW.integers(0, 255, (32, 32, 3, 2)).astype(np.uint8)
    for split in ("train", "test"):
        path = tmp_path / f"{split}_32x32.mat"
        io.savemat(path, {"X": images, "y": np.array([[1], [10]])})
        found = ["", path.name, hashlib.md5(path.read_bytes()).hexdigest()]
        monkeypatch.setitem(SVHN.split_list, split, found)
    inputs, labels = load("svhn", SetOptions(path=str(tmp_path))).splits["train"].arrays()
    assert np.array_equal(inputs, images.transpose(3, 0, 1, 2)) and labels.tolist() == [1, 0]


@pytest.mark.parametrize("name", SETS)
def test_what_is_not_there_is_refused_with_the_way_to_it(name, tmp_path):
    with pytest.raises(UserError, match=r"set dataset\.download=true"):
        load(name, SetOptions(path=str(tmp_path)))


def test_each_set_is_offered_with_its_own_load():
    from workbench.api.factories import resolve

    registry = load_plugins(installed={"torchvision-sets"})
    for name in SETS:
        spec = registry.dataset(name)
        assert resolve(spec.load).__name__ == f"load_{name.replace('-', '_')}"
        assert len(set(spec.classes)) == len(spec.classes)
    assert len(registry.dataset("cifar100").classes) == 100
