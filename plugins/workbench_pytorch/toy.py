"""Small made-up datasets, one of each task."""

from collections.abc import Mapping

import numpy as np

from workbench.api import ArraySplit, NoOptions, Split

_TRAIN = ([-1.2, 3.1], [-0.9, 2.9], [-0.5, 2.6], [2.3, -1.1], [2.7, -1.5])
_TRAIN_LABELS = (0, 0, 0, 1, 1)
_TEST = ([-0.8, 2.8], [2.6, -1.6])
_TEST_LABELS = (0, 1)
_SEED = 20
_NOISE = 0.1


def load_toy(_options: NoOptions) -> Mapping[str, Split]:
    """Float32 points ``(N, 2)`` and int64 labels ``(N,)``: 5 to train on, 2 to test."""
    return {
        "train": ArraySplit(np.array(_TRAIN, np.float32), np.array(_TRAIN_LABELS, np.int64)),
        "test": ArraySplit(np.array(_TEST, np.float32), np.array(_TEST_LABELS, np.int64)),
    }


def load_moons(_options: NoOptions) -> Mapping[str, Split]:
    """Float32 points ``(N, 2)`` on two half circles that hook into each other.

    The labels are int64 ``(N,)``: 0 on the upper one, 1 on the lower; 800 to train on, 200
    to test.
    """
    draw = np.random.default_rng(_SEED)
    labels = np.arange(1000, dtype=np.int64) % 2
    angles = draw.uniform(0, np.pi, len(labels))
    across = np.where(labels == 0, np.cos(angles), 1 - np.cos(angles))
    up = np.where(labels == 0, np.sin(angles), 0.5 - np.sin(angles))
    points = np.stack([across, up], axis=1) + draw.normal(0, _NOISE, (len(labels), 2))
    return _parts(points, labels)


def load_waves(_options: NoOptions) -> Mapping[str, Split]:
    """Float32 points ``(N, 2)`` and float32 heights ``(N, 1)``: ``sin(x) * cos(y)`` and noise.

    800 to train on, 200 to test.
    """
    draw = np.random.default_rng(_SEED)
    points = draw.uniform(-2, 2, (1000, 2))
    heights = np.sin(points[:, 0]) * np.cos(points[:, 1]) + draw.normal(0, _NOISE, len(points))
    return _parts(points, heights[:, None].astype(np.float32))


def _parts(points: np.ndarray, labels: np.ndarray) -> Mapping[str, Split]:
    inputs = points.astype(np.float32)
    return {
        "train": ArraySplit(inputs[:800], labels[:800]),
        "test": ArraySplit(inputs[800:], labels[800:]),
    }
