"""A training so small that only what TensorFlow does before its first graph takes time."""

import numpy as np

from workbench.api import ArraySplit, DatasetInfo, TrainerContext
from workbench_keras.backend_specs import KerasOptions
from workbench_keras.model_specs import DenseOptions
from workbench_keras.models import build_dense
from workbench_keras.optimizer_specs import AdamOptions
from workbench_keras.optimizers import build_adam
from workbench_keras.trainer import KerasTrainer

_ITEMS = 2


def rehearse() -> None:
    """Train two batches of one item on the CPU, with operations that most models use."""
    split = ArraySplit(np.zeros((_ITEMS, 2, 2), np.uint8), np.zeros(_ITEMS, np.int64))
    dataset = DatasetInfo("rehearsal", "image", (2, 2), "uint8", ("a", "b"), {"train": _ITEMS})
    context = TrainerContext(
        dataset=dataset,
        splits={"train": split},
        build_model=lambda: build_dense(dataset, DenseOptions(units=(2,))),
        build_optimizer=lambda parameters: build_adam(parameters, AdamOptions()),
        loss="cross-entropy",
        batch_size=1,
        shuffle=True,
        drop_last=False,
        loader_workers=0,
        seed=0,
        device="cpu",
        options=KerasOptions(),
    )
    KerasTrainer(context).train(range(_ITEMS), [AdamOptions().lr] * _ITEMS)
