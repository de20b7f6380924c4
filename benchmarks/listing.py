"""Listing 1,000 runs and 10,000 checkpoints, against reading the same files and no more.

The runs are made up, with the events of five epochs of FashionMNIST each and ten
checkpoints; weights are not written, for no list reads them. Each figure is the best of some
repetitions, with the files in the system's cache. Run it with ``python benchmarks/listing.py``.
"""

import argparse
import base64
import os
import random
import tempfile
import time
from pathlib import Path

import msgspec

from workbench.api import events
from workbench.api.training import LayerInfo, ModelSummary
from workbench.core.checkpoints import Manifest, Metrics, list_checkpoints
from workbench.core.checkpoints.manifest import FileEntry
from workbench.core.files import read_toml
from workbench.core.runs import RunFolder, list_runs, overview
from workbench.core.runs.comparing import compare_runs
from workbench.core.runs.title import plan_title

EPOCHS, STEPS, SIZE, BATCH_SIZE = 5, 938, 60_000, 64
CHUNK = 50
REPETITIONS = 3
CLASSES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker")
PLAN = """epochs = 5
seed = 0
device = "auto"
loss = "cross-entropy"
log_every = 100
patience = 0
samples = 8

[dataset]
name = "fashion-mnist"

[model]
name = "mlp"
hidden = [512, 512]
dropout = 0.0

[optimizer]
name = "sgd"
lr = 0.001
momentum = 0.0

[backend]
name = "pytorch"

[data]
batch_size = 64
shuffle = false
drop_last = false
workers = 0

[schedule]
name = "constant"
warmup_steps = 0

[checkpoint]
every_epochs = 1
every_batches = 0
keep_last = 3
keep_best = "accuracy"
"""


def run_events(draw):
    """What the worker of one run writes."""
    layers = tuple(LayerInfo(f"layer{index}", "Linear", (512,), 262656, 262656) for index in "123")
    yield events.RunStarted(
        pid=1, host="box", workbench="1", python="3.11.7", versions={"torch": "2.14.0"}
    )
    yield events.StageEntered(stage="preparing fashion-mnist")
    yield events.DataPrepared(
        dataset="fashion-mnist", source="the data folder", is_sample=False, classes=CLASSES,
        sizes={"train": SIZE, "test": 10_000},
    )  # fmt: skip
    yield events.ModelBuilt(
        device="cpu", steps_per_epoch=STEPS, batch_size=BATCH_SIZE, epochs=EPOCHS,
        summary=ModelSummary("NeuralNetwork(...)" * 20, layers, 669706, 669706, ()),
    )  # fmt: skip
    for epoch in range(EPOCHS):
        yield from epoch_events(epoch, draw)
    yield events.RunFinished(
        end="completed", step=EPOCHS * STEPS, last_accuracy=0.65, best_accuracy=0.65, elapsed_s=8.0
    )


def epoch_events(epoch, draw):
    yield events.EpochStarted(epoch=epoch, step=epoch * STEPS)
    for first in range(0, STEPS, CHUNK):
        count = min(CHUNK, STEPS - first)
        done = min((first + count) * BATCH_SIZE, SIZE)
        losses = tuple(draw.random() for _ in range(count))
        step = epoch * STEPS + first + count
        yield events.BatchesTrained(
            epoch=epoch, first_batch=first, losses=losses, step=step, current=done, size=SIZE,
            learning_rate=0.001, elapsed_s=0.1,
        )  # fmt: skip
        if first % 100 == 0:
            yield events.LossReported(
                epoch=epoch, batch=first, step=step, loss=losses[0], current=done, size=SIZE
            )
    step = (epoch + 1) * STEPS
    yield events.EpochTested(
        epoch=epoch, step=step, accuracy=draw.random(), loss=draw.random(), correct=6500,
        size=10_000, elapsed_s=0.3, is_best=True,
    )  # fmt: skip
    pixels = base64.b64encode(draw.randbytes(784)).decode()
    sample = events.Sample(0, "Coat", "Dress", 0.5, (28, 28), pixels)
    yield events.SamplesPredicted(split="test", step=step, samples=(sample,) * 8, epoch=epoch)
    name = f"step-{step:08d}"
    yield events.CheckpointSaved(
        name=name, epoch=epoch + 1, batch=0, step=step, size_bytes=2_700_000, reason="epoch"
    )


def write_run(path, draw, checkpoints):
    path.mkdir()
    (path / "run.toml").write_text(PLAN.replace("seed = 0", f"seed = {draw.randrange(1000)}"))
    now = time.time()
    stamped = (
        msgspec.structs.replace(event, seq=seq, time=now + seq)
        for seq, event in enumerate(run_events(draw))
    )
    (path / "events.jsonl").write_bytes(b"".join(msgspec.json.encode(e) + b"\n" for e in stamped))
    (path / "lock").touch()
    document = read_toml(path / "run.toml")
    for index in range(checkpoints):
        name = f"step-{index:08d}"
        folder = path / "checkpoints" / name
        folder.mkdir(parents=True)
        manifest = Manifest(
            name=name, run=path.name, created=now, reason="epoch", epoch=index, batch=0,
            step=index, epochs=EPOCHS, learning_rate=0.001, metrics=Metrics(0.5, 1.5),
            best_accuracy=0.5, best_loss=1.5, epochs_since_best=0, elapsed_s=8.0, plan=document,
            versions={"torch": "2.14.0"},
            files={f"{part}.safetensors": FileEntry("0" * 64, 2_700_000) for part in "abc"},
        )  # fmt: skip
        content = msgspec.json.format(msgspec.json.encode(manifest))
        (folder / "manifest.json").write_bytes(content)


def read_runs(runs_dir):
    """The files of a list of runs, read and not looked at."""
    return sum(
        len(Path(entry.path, name).read_bytes())
        for entry in os.scandir(runs_dir)
        for name in ("run.toml", "events.jsonl")
    )


def read_checkpoints(runs_dir):
    """The files of a list of checkpoints, read and not looked at."""
    return sum(
        len(Path(checkpoint.path, "manifest.json").read_bytes())
        for entry in os.scandir(runs_dir)
        for checkpoint in os.scandir(Path(entry.path, "checkpoints"))
    )


def show_runs(runs_dir):
    return [(overview(run), plan_title(run)) for run in list_runs(runs_dir)]


def show_checkpoints(runs_dir):
    return [list_checkpoints(RunFolder(Path(entry.path))) for entry in os.scandir(runs_dir)]


def compare_all(runs_dir):
    return compare_runs(list_runs(runs_dir))


def best_s(work, runs_dir):
    times = []
    for _ in range(REPETITIONS):
        began = time.perf_counter()
        work(runs_dir)
        times.append(time.perf_counter() - began)
    return min(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--checkpoints", type=int, default=10, help="of each run")
    given = parser.parse_args()
    draw = random.Random(0)
    with tempfile.TemporaryDirectory() as folder:
        runs_dir = Path(folder)
        for index in range(given.runs):
            write_run(runs_dir / f"run-{index}", draw, given.checkpoints)
        size = read_runs(runs_dir) / 2**20
        print(
            f"{given.runs:,} runs ({size:.0f} MiB of events), {given.checkpoints} checkpoints each"
        )
        for name, work, bare in (
            ("runs", show_runs, read_runs),
            ("comparison of all runs", compare_all, read_runs),
            ("checkpoints", show_checkpoints, read_checkpoints),
        ):
            found, floor = best_s(work, runs_dir), best_s(bare, runs_dir)
            print(f"{name}: {found:.3f} s, {found / floor:.1f} times a bare read ({floor:.3f} s)")


if __name__ == "__main__":
    main()
