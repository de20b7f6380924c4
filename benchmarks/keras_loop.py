"""Five epochs of MNIST: Keras's own ``fit`` and ``evaluate`` against the workbench's trainer.

Each run is a process of its own and the two kinds take turns, so that the machine's mood
meets both. The clock starts when TensorFlow and Keras are imported and the arrays are read,
and stops after the last evaluation: tracing and the first epoch count. Run it with
``python benchmarks/keras_loop.py --data-dir FOLDER``, where FOLDER has ``MNIST/raw`` as
torchvision lays it out.
"""

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

EPOCHS = 5
BATCH_SIZE = 32
BATCHES_A_CALL = 50
KINDS = ("stock", "workbench")


def read_idx(raw, name):
    import numpy as np

    path = raw / name
    packed = Path(f"{path}.gz")
    content = path.read_bytes() if path.exists() else gzip.decompress(packed.read_bytes())
    dimensions = content[3]
    shape = np.frombuffer(content, ">i4", count=dimensions, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def read_mnist(data_dir):
    raw = Path(data_dir) / "MNIST" / "raw"
    return {
        split: (
            read_idx(raw, f"{name}-images-idx3-ubyte"),
            read_idx(raw, f"{name}-labels-idx1-ubyte").astype("int64"),
        )
        for split, name in (("train", "train"), ("test", "t10k"))
    }


def run_stock(arrays, seed):
    """The plain script: train, then evaluate once."""
    import keras  # noqa: F401  before the clock starts, as the workbench's trainer has it
    import tensorflow as tf

    start = time.perf_counter()
    tf.keras.utils.set_random_seed(seed)
    (x_train, y_train), (x_test, y_test) = arrays["train"], arrays["test"]
    x_train, x_test = x_train / 255.0, x_test / 255.0
    model = tf.keras.models.Sequential(
        [
            tf.keras.Input((28, 28)),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(128, activation="relu"),
            tf.keras.layers.Dropout(0.2),
            tf.keras.layers.Dense(10),
        ]
    )
    loss_fn = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer="adam", loss=loss_fn, metrics=["accuracy"])
    began = time.perf_counter()
    model.fit(x_train, y_train, epochs=EPOCHS, verbose=2)
    _, accuracy = model.evaluate(x_test, y_test, verbose=2)
    print(f"fit and evaluate: {time.perf_counter() - began}", file=sys.stderr)
    return time.perf_counter() - start, accuracy


def run_workbench(arrays, seed):
    """The workbench's trainer as its engine drives it: an evaluation after each epoch."""
    from workbench.api import ArraySplit, DatasetInfo, TrainerContext
    from workbench_keras.backend_specs import KerasOptions
    from workbench_keras.model_specs import DenseOptions
    from workbench_keras.models import build_dense
    from workbench_keras.optimizer_specs import AdamOptions
    from workbench_keras.optimizers import build_adam
    from workbench_keras.trainer import create_trainer

    splits = {name: ArraySplit(*pair) for name, pair in arrays.items()}
    sizes = {name: len(split) for name, split in splits.items()}
    classes = tuple("0123456789")
    dataset = DatasetInfo("mnist", "image", (28, 28), "uint8", classes, sizes)
    start = time.perf_counter()
    trainer = create_trainer(
        TrainerContext(
            dataset=dataset,
            splits=splits,
            build_model=lambda: build_dense(dataset, DenseOptions()),
            build_optimizer=lambda parameters: build_adam(parameters, AdamOptions()),
            loss="cross-entropy",
            batch_size=BATCH_SIZE,
            shuffle=True,
            drop_last=False,
            loader_workers=0,
            seed=seed,
            device="cpu",
            options=KerasOptions(),
        )
    )
    for epoch in range(EPOCHS):
        trainer.start_epoch(epoch)
        for first in range(0, trainer.steps_per_epoch, BATCHES_A_CALL):
            batches = range(first, min(first + BATCHES_A_CALL, trainer.steps_per_epoch))
            trainer.train(batches, [1e-3] * len(batches))
        accuracy = trainer.evaluate("test").accuracy
    return time.perf_counter() - start, accuracy


def run_one(kind, data_dir, seed):
    arrays = read_mnist(data_dir)
    seconds, accuracy = (run_stock if kind == "stock" else run_workbench)(arrays, seed)
    print(json.dumps({"seconds": seconds, "accuracy": accuracy}))


def measure(kind, data_dir, seed):
    command = [
        sys.executable,
        __file__,
        "--data-dir",
        data_dir,
        "--seed",
        str(seed),
        "--only",
        kind,
    ]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def compare(data_dir, rounds):
    ratios = []
    for seed in range(rounds):
        stock, ours = (measure(kind, data_dir, seed) for kind in KINDS)
        ratios.append(ours["seconds"] / stock["seconds"])
        print(
            f"round {seed + 1}: stock {stock['seconds']:.2f} s ({stock['accuracy']:.2%}), "
            f"workbench {ours['seconds']:.2f} s ({ours['accuracy']:.2%}), ratio {ratios[-1]:.3f}",
            flush=True,
        )
    print(f"ratio: median {statistics.median(ratios):.3f}, {min(ratios):.3f} to {max(ratios):.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=KINDS)
    arguments = parser.parse_args()
    if arguments.only:
        run_one(arguments.only, arguments.data_dir, arguments.seed)
    else:
        compare(arguments.data_dir, arguments.rounds)


if __name__ == "__main__":
    main()
