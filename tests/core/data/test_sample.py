import subprocess
import sys
from pathlib import Path

import pytest

import workbench_keras
import workbench_pytorch
from workbench.api import NoOptions, WorkbenchError
from workbench.core.data import load_splits
from workbench_keras.datasets import MNIST
from workbench_pytorch.datasets import FASHION_MNIST, TOY

PACKAGES = {"mnist": workbench_keras, "fashion-mnist": workbench_pytorch}


@pytest.mark.parametrize("spec", [FASHION_MNIST, MNIST], ids=lambda spec: spec.name)
def test_the_embedded_samples_are_whole_and_labelled(spec, tmp_path):
    loaded = load_splits(spec, NoOptions(), tmp_path)
    assert loaded.is_sample
    assert loaded.source == "embedded sample"
    assert loaded.sizes == {"train": 6000, "test": 1000}
    for split in loaded.splits.values():
        pixels, labels = split.arrays()
        assert pixels.shape == (len(split), 28, 28)
        assert (pixels.min(), pixels.max()) == (0, 255)
        assert set(labels.tolist()) == set(range(10))


def test_the_samples_begin_as_the_full_sets_do(tmp_path):
    digits = load_splits(MNIST, NoOptions(), tmp_path).splits
    clothes = load_splits(FASHION_MNIST, NoOptions(), tmp_path).splits
    assert [digits["train"][i][1] for i in range(5)] == [5, 0, 4, 1, 9]
    assert [digits["test"][i][1] for i in range(5)] == [7, 2, 1, 0, 4]
    names = [FASHION_MNIST.classes[clothes["test"][i][1]] for i in range(3)]
    assert names == ["Ankle boot", "Pullover", "Trouser"]


@pytest.mark.parametrize("name", PACKAGES)
def test_each_sample_has_its_licence_beside_it(name):
    package = Path(PACKAGES[name].__file__).parent
    text = (package / "samples" / name / "LICENSE").read_text(encoding="utf-8")
    assert ("Zalando SE" if name == "fashion-mnist" else "Yann LeCun") in text


def test_a_damaged_sample_is_the_packages_fault(small, data_dir, sample_package, tmp_path):
    path = tmp_path / "packages" / "small_package" / "samples" / "train-images.gz"
    spec = small.with_source(sample=sample_package)
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(WorkbenchError, match=r"damaged \(train-images\.gz is cut short"):
        load_splits(spec, None, data_dir)
    path.unlink()
    with pytest.raises(WorkbenchError, match="missing from its package"):
        load_splits(spec, None, data_dir)


def test_the_toy_points(tmp_path):
    loaded = load_splits(TOY, NoOptions(), tmp_path)
    points, labels = loaded.splits["train"].arrays()
    assert (points.shape, str(points.dtype), labels.tolist()) == (
        (5, 2),
        "float32",
        [0, 0, 0, 1, 1],
    )
    assert loaded.splits["test"][1][0].tolist() == pytest.approx([2.6, -1.6])
    assert loaded.sizes == dict(TOY.sizes)


def test_the_specs_import_nothing_heavy():
    code = (
        "import sys, workbench_pytorch.datasets, workbench_keras.datasets;"
        "heavy = {'numpy', 'torch', 'torchvision', 'tensorflow', 'keras'};"
        "sys.exit(bool(heavy & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
