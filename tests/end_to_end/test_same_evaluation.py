"""An evaluation says what plain PyTorch, plain Keras and scikit-learn say of the checkpoint."""

import importlib.resources
import importlib.util
import json
import os
import subprocess
import sys

import pytest

from workbench.core.checkpoints import find_checkpoint
from workbench.core.evaluation import read_evaluation
from workbench.core.runs import RunFolder

# Reads the embedded sample's test split; each program adds how it computes logits and losses.
READ = """
import gzip, json, sys
import numpy as np
from pathlib import Path
from sklearn import metrics

def idx(pattern, skip):
    (path,) = Path(sys.argv[1]).glob(pattern)
    return np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8, offset=skip)

labels = idx("t10k-labels*", 8).astype(np.int64)
images = idx("t10k-images*", 16).reshape(-1, 28, 28)
"""
PYTORCH = """
import torch
from safetensors.torch import load_file
from torch import nn

model = nn.Module()
model.flatten = nn.Flatten()
model.linear_relu_stack = nn.Sequential(
    nn.Linear(784, 24), nn.ReLU(), nn.Linear(24, 10)
)
model.load_state_dict(load_file(sys.argv[2]))
X, y = torch.tensor(images) / 255, torch.tensor(labels)
with torch.no_grad():
    logits = model.linear_relu_stack(model.flatten(X))
    if LOSS == "mse":
        wanted = nn.functional.one_hot(y, 10).float()
        batches = [nn.MSELoss()(a, b) for a, b in zip(logits.split(64), wanted.split(64))]
        items = ((logits - wanted) ** 2).mean(1)
    else:
        batches = [nn.CrossEntropyLoss()(a, b) for a, b in zip(logits.split(64), y.split(64))]
        items = nn.CrossEntropyLoss(reduction="none")(logits, y)
loss, items = float(torch.stack(batches).mean()), items.tolist()
logits = logits.numpy()
"""
KERAS = """
import keras
from keras.layers import Dense, Flatten
from safetensors.numpy import load_file

saved = load_file(sys.argv[2])
model = keras.Sequential([keras.Input((28, 28)), Flatten(), Dense(24, "relu"), Dense(10)])
names = ("hidden_1/kernel", "hidden_1/bias", "logits/kernel", "logits/bias")
model.set_weights([saved["dense/" + name] for name in names])
if LOSS == "mse":
    one, each = keras.losses.MeanSquaredError(), keras.losses.MeanSquaredError(reduction="none")
    true = np.eye(10, dtype="float32")[labels]
else:
    plain = keras.losses.SparseCategoricalCrossentropy
    one, each, true = plain(from_logits=True), plain(from_logits=True, reduction="none"), labels
logits = np.asarray(model((images / 255).astype("float32"), training=False))
starts = range(0, len(labels), 64)
loss = float(np.mean([float(one(true[i:i+64], logits[i:i+64])) for i in starts]))
items = [float(value) for value in np.asarray(each(true, logits))]
"""
SAY = """
predicted = logits.argmax(1)
powers = np.exp(logits.astype(np.float64) - logits.max(1, keepdims=True))
shares = powers / powers.sum(1, keepdims=True)
print(json.dumps({
    "loss": loss,
    "items": items,
    "accuracy": metrics.accuracy_score(labels, predicted),
    "predicted": predicted.tolist(),
    "confidence": shares.max(1).tolist(),
    "confusion": metrics.confusion_matrix(labels, predicted, labels=range(10)).tolist(),
    "f1": metrics.f1_score(labels, predicted, average=None, labels=range(10)).tolist(),
    "top_3": metrics.top_k_accuracy_score(labels, logits, k=3, labels=range(10)),
}))
"""


def run(*command, environment=None):
    environment = {**os.environ, "OMP_NUM_THREADS": "1", **(environment or {})}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def has(*names):
    return all(importlib.util.find_spec(name) for name in (*names, "sklearn"))


@pytest.mark.parametrize(
    ("backend", "loss", "plan", "plain", "sample"),
    [
        pytest.param(
            "pytorch",
            "mse",
            ("--model", "mlp", "--set", "model.hidden=24"),
            PYTORCH,
            "workbench_pytorch:fashion-mnist",
            id="pytorch",
            marks=[
                pytest.mark.pytorch,
                pytest.mark.skipif(not has("torch"), reason="PyTorch is not installed"),
            ],
        ),
        pytest.param(
            "keras",
            "cross-entropy",
            ("--model", "dense", "--set", "model.units=24"),
            KERAS,
            "workbench_keras:mnist",
            id="keras",
            marks=[
                pytest.mark.keras,
                pytest.mark.skipif(not has("tensorflow"), reason="TensorFlow is not installed"),
            ],
        ),
    ],
)
def test_the_numbers_of_a_checkpoint_are_the_plain_frameworks(
    tmp_path, backend, loss, plan, plain, sample
):
    workbench = [sys.executable, "-m", "workbench"]
    flags = ("--preset", f"quickstart-{backend}", "--epochs", "1", "--device", "cpu")
    run(
        *(*workbench, "train", *flags, *plan, "--set", f"loss={loss}"),
        *("--set", "data.batch_size=64"),
        *("--name", "one", "--runs-dir", str(tmp_path / "runs")),
    )
    checkpoint = find_checkpoint(RunFolder(tmp_path / "runs" / "one"))
    output = run(*workbench, "evaluate", "one@latest", "--runs-dir", str(tmp_path / "runs"))
    ours = read_evaluation(checkpoint)
    file = str(checkpoint.path / "model.safetensors")
    module, _, folder = sample.partition(":")
    data = importlib.resources.files(module) / "samples" / folder
    program = f"LOSS = {loss!r}\n{READ}{plain}{SAY}"
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3"}
    theirs = json.loads(
        run(sys.executable, "-c", program, str(data), file, environment=quiet).splitlines()[-1]
    )

    assert ours.item_loss == loss
    assert float(ours.loss) == pytest.approx(theirs["loss"], rel=1e-5)
    assert f"Avg loss: {float(ours.loss):>8f}" in output
    assert ours.accuracy == theirs["accuracy"]
    assert list(ours.items.predicted) == theirs["predicted"]
    assert list(ours.items.loss) == pytest.approx(theirs["items"], rel=1e-4, abs=1e-6)
    assert list(ours.items.confidence) == pytest.approx(theirs["confidence"], rel=1e-5)
    assert [list(row) for row in ours.confusion] == theirs["confusion"]
    assert [item.f1 for item in ours.per_class] == pytest.approx(theirs["f1"], abs=1e-12)
    assert ours.top_k[2] == pytest.approx(theirs["top_3"], abs=1e-12)
