"""Seven points in the plane: the smallest dataset that trains."""

from collections.abc import Mapping

import numpy as np

from workbench.api import ArraySplit, NoOptions, Split

_TRAIN = ([-1.2, 3.1], [-0.9, 2.9], [-0.5, 2.6], [2.3, -1.1], [2.7, -1.5])
_TRAIN_LABELS = (0, 0, 0, 1, 1)
_TEST = ([-0.8, 2.8], [2.6, -1.6])
_TEST_LABELS = (0, 1)


def load_toy(_options: NoOptions) -> Mapping[str, Split]:
    """Float32 points ``(N, 2)`` and int64 labels ``(N,)``: 5 to train on, 2 to test."""
    return {
        "train": ArraySplit(np.array(_TRAIN, np.float32), np.array(_TRAIN_LABELS, np.int64)),
        "test": ArraySplit(np.array(_TEST, np.float32), np.array(_TEST_LABELS, np.int64)),
    }
