"""Epochs of FashionMNIST: the plain PyTorch script against the workbench's trainer.

Each run is a process of its own and the two kinds take turns, so that the machine's mood
meets both. The clock starts when the model and the optimizer are built and stops after the
last test: turning the arrays into tensors counts. Both must give the same numbers, to the
last bit. Run it with ``python benchmarks/pytorch_loop.py --data-dir FOLDER``, where FOLDER
has ``FashionMNIST/raw`` as torchvision lays it out, gzipped or not.
"""

import argparse
import gzip
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BATCH_SIZE = 64
BATCHES_A_CALL = 50
SEED = 0
KINDS = ("plain", "workbench")
SPLITS = {"train": "train", "test": "t10k"}


def unpack(data_dir, folder):
    """The IDX files, unpacked, where torchvision looks for them."""
    raw, unpacked = data_dir / "FashionMNIST" / "raw", folder / "FashionMNIST" / "raw"
    unpacked.mkdir(parents=True)
    for prefix in SPLITS.values():
        for part in ("images-idx3", "labels-idx1"):
            path = raw / f"{prefix}-{part}-ubyte"
            packed = path.with_name(f"{path.name}.gz")
            content = path.read_bytes() if path.exists() else gzip.decompress(packed.read_bytes())
            (unpacked / path.name).write_bytes(content)


def run_plain(data_dir, epochs):
    """The plain script: a model, two data loaders, a training and a test loop."""
    import torch
    from torch import nn
    from torch.utils.data import DataLoader
    from torchvision import datasets
    from torchvision.transforms import ToTensor

    class NeuralNetwork(nn.Module):
        def __init__(self):
            super().__init__()
            self.flatten = nn.Flatten()
            self.linear_relu_stack = nn.Sequential(
                nn.Linear(28 * 28, 512),
                nn.ReLU(),
                nn.Linear(512, 512),
                nn.ReLU(),
                nn.Linear(512, 10),
            )

        def forward(self, x):
            return self.linear_relu_stack(self.flatten(x))

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    training_data = datasets.FashionMNIST(data_dir, train=True, transform=ToTensor())
    test_data = datasets.FashionMNIST(data_dir, train=False, transform=ToTensor())
    train_loader = DataLoader(training_data, batch_size=BATCH_SIZE)
    test_loader = DataLoader(test_data, batch_size=BATCH_SIZE)
    torch.manual_seed(SEED)
    model = NeuralNetwork().to(device)
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    numbers = []
    began = time.perf_counter()
    for _ in range(epochs):
        model.train()
        for batch, (x, y) in enumerate(train_loader):
            x, y = x.to(device), y.to(device)
            loss = loss_fn(model(x), y)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            if batch % 100 == 0:
                numbers.append(loss.item())
        model.eval()
        test_loss, correct = 0.0, 0.0
        with torch.no_grad():
            for x, y in test_loader:
                x, y = x.to(device), y.to(device)
                pred = model(x)
                test_loss += loss_fn(pred, y).item()
                correct += (pred.argmax(1) == y).type(torch.float).sum().item()
        numbers += [test_loss / len(test_loader), correct / len(test_data)]
    return time.perf_counter() - began, numbers


def read_splits(data_dir):
    import numpy as np

    from workbench.api import ArraySplit

    def read(name, header):
        content = (data_dir / "FashionMNIST" / "raw" / name).read_bytes()
        return np.frombuffer(content, np.uint8, offset=header)

    return {
        split: ArraySplit(
            read(f"{prefix}-images-idx3-ubyte", 16).reshape(-1, 28, 28),
            read(f"{prefix}-labels-idx1-ubyte", 8).astype(np.int64),
        )
        for split, prefix in SPLITS.items()
    }


def run_workbench(data_dir, epochs):
    """The workbench's trainer, driven in stretches of batches as its engine does."""
    from workbench.api import TrainerContext
    from workbench.api.factories import resolve
    from workbench_pytorch.backend_specs import BACKENDS
    from workbench_pytorch.datasets import FASHION_MNIST
    from workbench_pytorch.model_specs import MODELS
    from workbench_pytorch.optimizer_specs import OPTIMIZERS

    backend, mlp, sgd = BACKENDS[0], MODELS[0], OPTIMIZERS[0]
    dataset = FASHION_MNIST.info
    context = TrainerContext(
        dataset=dataset,
        splits=read_splits(data_dir),
        build_model=lambda: resolve(mlp.build)(dataset, mlp.options()),
        build_optimizer=lambda parameters: resolve(sgd.build)(parameters, sgd.options()),
        loss="cross-entropy",
        batch_size=BATCH_SIZE,
        shuffle=False,
        drop_last=False,
        loader_workers=0,
        seed=SEED,
        device="auto",
        options=backend.options(),
    )
    trainer = resolve(backend.create_trainer)(context)
    numbers, steps = [], trainer.steps_per_epoch
    began = time.perf_counter()
    for epoch in range(epochs):
        trainer.start_epoch(epoch)
        for first in range(0, steps, BATCHES_A_CALL):
            batches = range(first, min(first + BATCHES_A_CALL, steps))
            losses = trainer.train(batches, [1e-3] * len(batches))
            numbers += losses[:1] if first % 100 == 0 else []
        result = trainer.evaluate("test")
        numbers += [result.loss, result.accuracy]
    return time.perf_counter() - began, numbers


def measure(kind, data_dir, epochs):
    """One run in a process of its own."""
    command = [sys.executable, __file__, "--data-dir", str(data_dir), "--epochs", str(epochs)]
    done = subprocess.run([*command, "--run", kind], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def compare(data_dir, epochs, runs):
    ratios = []
    for turn in range(runs):
        results = {kind: measure(kind, data_dir, epochs) for kind in KINDS}
        (plain_s, plain), (ours_s, ours) = (results[kind] for kind in KINDS)
        ratios.append(ours_s / plain_s)
        same = "same numbers" if plain == ours else "OTHER NUMBERS"
        print(f"run {turn}: plain {plain_s:.2f} s, workbench {ours_s:.2f} s, {same}", flush=True)
        if plain != ours:
            sys.exit(f"plain {plain}\nworkbench {ours}")
    print(
        f"{epochs} epoch(s): workbench / plain = {statistics.median(ratios):.2f} (median of "
        f"{runs}; from {min(ratios):.2f} to {max(ratios):.2f})"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--run", choices=KINDS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run:
        run = run_plain if given.run == "plain" else run_workbench
        print(json.dumps(run(given.data_dir, given.epochs)))
        return
    with tempfile.TemporaryDirectory() as folder:
        unpack(given.data_dir, Path(folder))
        compare(Path(folder), given.epochs, given.runs)


if __name__ == "__main__":
    main()
