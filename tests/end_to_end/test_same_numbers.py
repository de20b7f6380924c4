"""`workbench train` prints what the plain script of its framework prints."""

import gzip
import importlib.resources
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

# Only looked for: torch is imported by the processes that the test starts, not here.
IS_INSTALLED = all(importlib.util.find_spec(name) for name in ("torch", "torchvision"))
pytestmark = [
    pytest.mark.pytorch,
    pytest.mark.skipif(not IS_INSTALLED, reason="PyTorch and torchvision are not installed"),
]

# A plain PyTorch program, with nothing of the workbench.
PLAIN = """
import sys
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets
from torchvision.transforms import ToTensor

epochs, shuffle = int(sys.argv[2]), SHUFFLE
training = datasets.FashionMNIST(sys.argv[1], train=True, transform=ToTensor())
testing = datasets.FashionMNIST(sys.argv[1], train=False, transform=ToTensor())
training_batches = DataLoader(training, batch_size=64, shuffle=shuffle)
test_batches = DataLoader(testing, batch_size=64)


class NeuralNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.flatten = nn.Flatten()
        self.linear_relu_stack = nn.Sequential(
            nn.Linear(28 * 28, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10)
        )

    def forward(self, x):
        return self.linear_relu_stack(self.flatten(x))


torch.manual_seed(0)
model = NeuralNetwork()
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
for t in range(epochs):
    print(f"Epoch {t}\\n-------------------------------")
    size = len(training)
    model.train()
    for batch, (X, y) in enumerate(training_batches):
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        if batch % 100 == 0:
            loss, current = loss.item(), (batch + 1) * len(X)
            print(f"loss: {loss:>7f}  [{current:>5d}/{size:>5d}]")
    model.eval()
    test_loss, correct = 0, 0
    with torch.no_grad():
        for X, y in test_batches:
            pred = model(X)
            test_loss += loss_fn(pred, y).item()
            correct += (pred.argmax(1) == y).type(torch.float).sum().item()
    test_loss /= len(test_batches)
    correct /= len(testing)
    print(f"Test Error: \\n Accuracy: {(100*correct):>0.1f}%, Avg loss: {test_loss:>8f} \\n")
print("Done!")
x, y = testing[0]
with torch.no_grad():
    guess = testing.classes[model(x)[0].argmax(0)]
print(f'Predicted: "{guess}", Actual: "{testing.classes[y]}"')
"""


def unpack_sample(folder: Path) -> Path:
    """The embedded sample as torchvision wants it."""
    raw = folder / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    sample = importlib.resources.files("workbench_pytorch") / "samples" / "fashion-mnist"
    for item in sample.iterdir():
        if item.name.endswith(".gz"):
            (raw / item.name.removesuffix(".gz")).write_bytes(gzip.decompress(item.read_bytes()))
    return folder


def run(*command: str) -> str:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_quickstart_prints_the_plain_scripts_lines_to_the_last_digit(tmp_path):
    data = unpack_sample(tmp_path / "plain-data")
    program = f"SHUFFLE = False\n{PLAIN}\nSHUFFLE = True\n{PLAIN}"
    plain = run(sys.executable, "-c", program, str(data), "2")

    workbench = [sys.executable, "-m", "workbench"]
    flags = ("--preset", "quickstart-pytorch", "--seed", "0", "--device", "cpu", "--epochs", "2")
    ours = ""
    for shuffle in ("false", "true"):
        shuffled = ("--set", f"data.shuffle={shuffle}")
        ours += run(*workbench, "train", *flags, *shuffled, "--name", shuffle)
        ours += run(*workbench, "predict", shuffle, "--index", "0")

    assert plain.count("Accuracy") == 4
    assert ours == plain
