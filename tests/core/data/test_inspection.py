import base64

import pytest

from workbench.api import UserError, WorkbenchError
from workbench.core.data.summary import InspectTask
from workbench.core.tasks import run_task

PLUGIN = '''
import numpy as np
from workbench.api import ArraySplit, DatasetSpec, hookimpl

class Lazy:
    """A split that doesn't fit in memory."""
    def __len__(self):
        return 20_000
    def __getitem__(self, index):
        return np.array([index, -1.0]), index % 2
    def arrays(self):
        return None

def load(options):
    return {"train": Lazy(), "test": ArraySplit(np.zeros((1, 2)), np.array([5]))}

def load_lazy(options):
    print("a library that prints")
    return {"train": Lazy(), "test": Lazy()}

def spec(name, load):
    return DatasetSpec(name=name, title=name, description="", kind="vector", shape=(2,),
        dtype="float64", classes=("even", "odd"), sizes={"train": 20_000, "test": 1}, load=load)

@hookimpl
def workbench_datasets():
    return [spec("wrong-labels", load), spec("lazy", load_lazy)]
'''


def test_an_image_dataset_in_numbers_and_items(data_dir):
    found = run_task(InspectTask("mnist", str(data_dir), label=4, offset=1, count=2, split="test"))
    assert found.is_sample
    train, test = found.splits
    assert (train.name, train.size, test.size) == ("train", 6000, 1000)
    assert sum(test.counts) == test.counted == 1000
    assert (test.minimum, test.maximum) == (0, 255)
    assert found.matching == test.counts[4]
    assert [(item.index, item.label, item.shape) for item in found.items] == [
        (6, 4, (28, 28)),
        (19, 4, (28, 28)),
    ]
    assert len(base64.b64decode(found.items[0].pixels)) == 784


def test_a_vector_dataset(data_dir):
    found = run_task(InspectTask("toy", str(data_dir)))
    assert [split.counts for split in found.splits] == [(3, 2), (1, 1)]
    assert found.items[3].values == pytest.approx((2.3, -1.1))
    assert found.items[3].pixels == ""


def test_a_split_that_does_not_fit_in_memory_is_counted_in_part(data_dir, tmp_path):
    (tmp_path / "lazy.py").write_text(PLUGIN)
    task = InspectTask("lazy", str(data_dir), (str(tmp_path / "lazy.py"),), label=1, count=1)
    found = run_task(task)
    assert (found.splits[0].size, found.splits[0].counted) == (20_000, 10_000)
    assert found.splits[0].counts == (5000, 5000)
    assert found.items[0].values == (1.0, -1.0)


def test_labels_beyond_the_classes_are_the_authors_fault(data_dir, tmp_path):
    (tmp_path / "lazy.py").write_text(PLUGIN)
    task = InspectTask("wrong-labels", str(data_dir), (str(tmp_path / "lazy.py"),))
    with pytest.raises(
        WorkbenchError, match=r'split "test" has labels from 5 to 5, and .*tell its author'
    ):
        run_task(task)


def test_an_unknown_split_is_refused(data_dir):
    with pytest.raises(UserError, match=r'no split "tset". Did you mean "test"'):
        run_task(InspectTask("toy", str(data_dir), split="tset"))
