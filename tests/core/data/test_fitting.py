"""Splits that are not what their dataset says."""

import numpy as np
import pytest

from workbench.api.data import ArraySplit, DatasetInfo
from workbench.api.errors import UserError, WorkbenchError
from workbench.core.data.fitting import check_splits

IMAGES = DatasetInfo("mine", "image", (4, 6, 3), "uint8", ("a", "b"), {})
VALUES = DatasetInfo("mine", "vector", (5,), "float32", (), {}, "regression", ("y", "z"))
BYTES = np.zeros((2, 4, 6, 3), np.uint8)
NUMBERS = np.ones((2, 5), np.float32)
TARGETS = np.array([[0.5, 9.0], [-3.0, 1.0]], np.float32)
CLASSES = np.array([0, 1])


class Lazy:
    """A split of a million items, each the same, that says which it was asked for."""

    def __init__(self, item):
        self.item, self.read = item, []

    def __len__(self):
        return 1_000_000

    def __getitem__(self, index):
        self.read.append(index)
        return self.item() if callable(self.item) else self.item

    def arrays(self):
        raise MemoryError


def problem_of(info, split):
    with pytest.raises(WorkbenchError) as refusal:
        check_splits(info, {"train": split})
    assert str(refusal.value).startswith('The dataset mine is wrong: its split "train" ')
    assert str(refusal.value).endswith("; tell its author.")
    return str(refusal.value)


@pytest.mark.parametrize(
    ("info", "split"),
    [
        (IMAGES, ArraySplit(BYTES, CLASSES)),
        (IMAGES, ArraySplit(BYTES[::-1], CLASSES)),
        (VALUES, ArraySplit(NUMBERS, TARGETS)),
        (VALUES, ArraySplit(np.asfortranarray(NUMBERS), TARGETS[:, ::-1])),
        (IMAGES, Lazy((BYTES[0], 1))),
        (IMAGES, Lazy((memoryview(bytes(72)).cast("B", (4, 6, 3)), 1))),
        (VALUES, Lazy((NUMBERS[0], TARGETS[0]))),
    ],
)
def test_what_the_dataset_says_is_taken(info, split):
    check_splits(info, {"train": split})


@pytest.mark.parametrize(
    ("info", "inputs", "labels", "problem"),
    [
        (IMAGES, BYTES.reshape(2, 3, 4, 6), CLASSES, "inputs of the shape (2, 3, 4, 6) where (2,"),
        (IMAGES, BYTES[:1], CLASSES, "inputs of the shape (1, 4, 6, 3) where (2, 4, 6, 3) belongs"),
        (IMAGES, BYTES, CLASSES + 1, "labels from 1 to 2, and with 2 classes they are 0 to 1"),
        (IMAGES, BYTES, CLASSES - 1, "labels from -1 to 0, and with 2 classes"),
        (IMAGES, BYTES, CLASSES[:, None], "labels of the shape (2, 1) where (2,) belongs"),
        (IMAGES, BYTES, CLASSES.astype("int32"), "labels of int32 where int64 belongs"),
        (IMAGES, BYTES, CLASSES.astype("float64"), "labels of float64 where int64 belongs"),
        (IMAGES, BYTES, CLASSES.astype(bool), "labels of bool where int64 belongs"),
        (IMAGES, BYTES, CLASSES.astype(">i8"), "labels of >i8 where int64 belongs"),
        (IMAGES, BYTES, [0, 1], "labels in a list where a NumPy array belongs"),
        (IMAGES, BYTES / 255, CLASSES, "inputs of float64 where uint8 belongs"),
        (VALUES, NUMBERS.astype(">f4"), TARGETS, "inputs of >f4 where float32 belongs"),
        (VALUES, NUMBERS * np.inf, TARGETS, "inputs with values that are NaN or infinite"),
        (VALUES, NUMBERS, TARGETS * np.nan, "labels with values that are NaN or infinite"),
        (VALUES, NUMBERS, TARGETS[:, 0], "labels of the shape (2,) where (2, 2) belongs"),
        (VALUES, NUMBERS, TARGETS.astype(float), "labels of float64 where float32 belongs"),
    ],
)
def test_what_a_framework_would_refuse_later_is_said(info, inputs, labels, problem):
    assert problem in problem_of(info, ArraySplit(inputs, labels))


@pytest.mark.parametrize(
    ("info", "item", "problem"),
    [
        (IMAGES, (BYTES, 1), "an item 0 with an input of the shape (2, 4, 6, 3) where (4, 6, 3) b"),
        (IMAGES, (BYTES[0] / 255, 1), "an item 0 with an input of float64 where uint8 belongs"),
        (IMAGES, (BYTES[0], 2), "an item 0 with the label 2, and with 2 classes it is 0 to 1"),
        (IMAGES, (BYTES[0], CLASSES[1]), "with a label that is an int64 where an int belongs"),
        (IMAGES, (BYTES[0], True), "with a label that is a bool where an int belongs"),
        (IMAGES, {"image": BYTES[0]}, "an item 0 that is a dict where a pair (input, label)"),
        (VALUES, (NUMBERS[0], 0.5), "with a label of the shape () where (2,) belongs"),
        (VALUES, (NUMBERS[0] * np.nan, TARGETS[0]), "an input with values that are NaN"),
        (IMAGES, lambda: 1 // 0, "can't give its item 0 (ZeroDivisionError: integer division"),
    ],
)
def test_items_that_are_not_as_said(info, item, problem):
    assert problem in problem_of(info, Lazy(item))


def test_of_a_million_items_three_are_read():
    split = Lazy((BYTES[0], 1))
    check_splits(IMAGES, {"train": split})
    assert split.read == [0, 500_000, 999_999]


def test_what_a_person_can_mend_is_said_as_the_dataset_says_it():
    def item():
        raise UserError("photo.png is cut short; replace it.")

    with pytest.raises(UserError, match=r"^photo.png is cut short; replace it\.$"):
        check_splits(IMAGES, {"train": Lazy(item)})
