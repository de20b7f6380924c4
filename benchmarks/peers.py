"""One epoch of FashionMNIST with its test: the plain script, the workbench, and Lightning,
Accelerate and skorch where they are installed.

All train the same model on the same batches, in processes of their own that take turns; the
clock runs from before the first batch to after the test, in the process itself. What a library
would do beside (logging to files, checkpoints, progress bars) is turned off; the workbench's
worker writes its events and a checkpoint. Run it with
``python benchmarks/peers.py --data-dir FOLDER``; ``pip install lightning accelerate skorch``
gives the peers.
"""

import argparse
import contextlib
import importlib.util
import io
import json
import logging
import os
import subprocess
import sys
import time
import warnings
from pathlib import Path

from pytorch_quickstart import report, run_plan, run_script

BATCH_SIZE, RATE = 64, 1e-3


def prepare(data_dir):
    """The model, loss and datasets of the plain script."""
    import torch
    from torch import nn
    from torchvision import datasets
    from torchvision.transforms import ToTensor

    def read(train):
        return datasets.FashionMNIST(data_dir, train=train, transform=ToTensor())

    training, testing = read(True), read(False)
    torch.manual_seed(0)
    layers = (nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))
    return nn.Sequential(nn.Flatten(), *layers), nn.CrossEntropyLoss(), training, testing


def train_lightning(model, loss_fn, training, testing):
    import lightning
    import torch
    from torch.utils.data import DataLoader

    class Module(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.model, self.right = model, 0

        def training_step(self, batch, _):
            return loss_fn(self.model(batch[0]), batch[1])

        def test_step(self, batch, _):
            outputs = self.model(batch[0])
            self.right += (outputs.argmax(1) == batch[1]).sum().item()
            return loss_fn(outputs, batch[1])

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), lr=RATE)

    quiet = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False}
    trainer = lightning.Trainer(
        max_epochs=1, accelerator="cpu", enable_model_summary=False, **quiet
    )
    module = Module()
    began = time.perf_counter()
    trainer.fit(module, DataLoader(training, batch_size=BATCH_SIZE))
    trainer.test(module, DataLoader(testing, batch_size=BATCH_SIZE), verbose=False)
    return time.perf_counter() - began, module.right / len(testing)


def train_accelerate(model, loss_fn, training, testing):
    import torch
    from accelerate import Accelerator
    from torch.utils.data import DataLoader

    accelerator = Accelerator(cpu=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
    loaders = (DataLoader(split, batch_size=BATCH_SIZE) for split in (training, testing))
    model, optimizer, train_loader, test_loader = accelerator.prepare(model, optimizer, *loaders)
    right = 0
    began = time.perf_counter()
    model.train()
    for inputs, labels in train_loader:
        accelerator.backward(loss_fn(model(inputs), labels))
        optimizer.step()
        optimizer.zero_grad()
    model.eval()
    with torch.no_grad():
        for inputs, labels in test_loader:
            outputs = model(inputs)
            loss_fn(outputs, labels).item()
            right += (outputs.argmax(1) == labels).sum().item()
    return time.perf_counter() - began, right / len(testing)


def train_skorch(model, loss_fn, training, testing):
    import numpy as np
    import torch
    from skorch import NeuralNetClassifier

    network = NeuralNetClassifier(
        model, criterion=loss_fn, optimizer=torch.optim.SGD, lr=RATE, batch_size=BATCH_SIZE,
        max_epochs=1, train_split=None, verbose=0, iterator_train__shuffle=False,
    )  # fmt: skip
    began = time.perf_counter()
    network.fit(training, y=None)
    predicted = network.predict(testing)
    seconds = time.perf_counter() - began
    return seconds, float(np.mean(predicted == testing.targets.numpy()))


PEERS = {"lightning": train_lightning, "accelerate": train_accelerate, "skorch": train_skorch}


def run_one(name, data_dir):
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    with contextlib.redirect_stdout(io.StringIO()):
        seconds, accuracy = PEERS[name](*prepare(data_dir))
    print(json.dumps({"seconds": seconds, "accuracy": accuracy}))


def run_peer(name, data_dir):
    command = [sys.executable, __file__, "--data-dir", str(data_dir), "--only", name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{name}:\n{done.stdout}{done.stderr}")
    found = json.loads(done.stdout.splitlines()[-1])
    return found["seconds"], found["accuracy"]


def run_workbench(data_dir):
    seconds, _, tests, _ = run_plan("quickstart-pytorch", data_dir, 1, 0)
    return seconds, tests[-1].accuracy


def main():
    parser = argparse.ArgumentParser(description=__doc__.split(":", maxsplit=1)[0])
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, help="of all; one a core unless given")
    parser.add_argument("--only", choices=PEERS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        run_one(given.only, given.data_dir)
        return
    if given.threads:
        os.environ["OMP_NUM_THREADS"] = str(given.threads)
    there = [name for name in PEERS if importlib.util.find_spec(name)]
    seconds = {name: [] for name in ("plain", "workbench", *there)}
    for turn in range(given.rounds):
        seconds["plain"].append(run_script(given.data_dir, 1)[0])
        took, accuracy = run_workbench(given.data_dir)
        seconds["workbench"].append(took)
        said = [f"workbench {took:.2f} s ({accuracy:.1%})"]
        for name in there:
            took, accuracy = run_peer(name, given.data_dir)
            seconds[name].append(took)
            said.append(f"{name} {took:.2f} s ({accuracy:.1%})")
        print(
            f"round {turn + 1}: plain {seconds['plain'][-1]:.2f} s, {', '.join(said)}", flush=True
        )
    print(f"\nratios to the plain script, median of {given.rounds}")
    for name in seconds:
        if name != "plain":
            report(name, seconds[name], seconds["plain"])


if __name__ == "__main__":
    main()
