"""Arrays that are not what their dataset says."""

import numpy as np
import pytest

from workbench.api.data import ArraySplit, DatasetInfo
from workbench.api.errors import WorkbenchError
from workbench.core.data.fitting import check_arrays

IMAGES = DatasetInfo("mine", "image", (4, 6, 3), "uint8", ("a", "b"), {})
VALUES = DatasetInfo("mine", "vector", (5,), "float32", (), {}, "regression", ("y", "z"))


@pytest.mark.parametrize(
    ("info", "inputs", "labels", "problem"),
    [
        (IMAGES, np.zeros((2, 4, 6, 3)), [0, 1], None),
        (IMAGES, np.zeros((2, 3, 4, 6)), [0, 1], "inputs of the shape (2, 3, 4, 6) where (2, 4, 6"),
        (IMAGES, np.zeros((3, 4, 6, 3)), [0, 1], "shape (3, 4, 6, 3) where (2, 4, 6, 3) belongs"),
        (IMAGES, np.zeros((2, 4, 6, 3)), [1, 2], "labels from 1 to 2, and with 2 classes they are"),
        (IMAGES, np.zeros((2, 4, 6, 3)), [-1, 1], "labels from -1 to 1, and with 2 classes"),
        (IMAGES, np.zeros((2, 4, 6, 3)), [[0], [1]], "labels of the shape (2, 1) where (2,) bel"),
        (VALUES, np.zeros((2, 5)), [[0.5, 9.0], [-3.0, 1.0]], None),
        (VALUES, np.zeros((2, 5)), [0.5, 9.0], "labels of the shape (2,) where (2, 2) belongs"),
    ],
)
def test_what_a_framework_would_refuse_later_is_said(info, inputs, labels, problem):
    splits = {"train": ArraySplit(inputs, np.array(labels))}
    if problem is None:
        check_arrays(info, splits)
        return
    with pytest.raises(WorkbenchError) as refusal:
        check_arrays(info, splits)
    assert str(refusal.value).startswith('The dataset mine is wrong: its split "train" has ')
    assert problem in str(refusal.value)
