"""A person's own functions as dataset, model or optimizer, and who may name them."""

import sys
from pathlib import Path

import pytest

from workbench.core.config import trust_folder
from workbench.core.files import read_toml
from workbench.core.runs import list_runs

pytest.importorskip("torch")
CODE = """
import pathlib
pathlib.Path(__file__).with_name("ran").touch()

def build(dataset, hidden=4):
    from torch import nn
    return nn.Sequential(nn.Linear(2, hidden), nn.Linear(hidden, dataset.num_outputs))

def load(count):
    import numpy as np
    labels = np.arange(count) % 2
    points = np.stack([labels, -labels], axis=1).astype("float32")
    return (points, labels), (points[:4], labels[:4])

def bad(**options):
    raise ValueError("not today")
"""
PLAN = """
epochs = 1
dataset.name = "toy"
backend.name = "pytorch"
optimizer = { name = "sgd" }
model = { name = "mine:build", hidden = 3 }
"""
OWN = [
    "--backend", "pytorch", "--dataset", "mine:load", "--set", "dataset.count=12",
    "--model", "mine:build", "--set", "model.hidden=3",
    "--optimizer", "torch.optim:RMSprop", "--set", "optimizer.lr=0.05", "--epochs", "2",
]  # fmt: skip


@pytest.fixture(autouse=True)
def code():
    Path("mine.py").write_text(CODE)
    yield Path("ran")
    sys.modules.pop("mine", None)


def test_functions_named_on_the_command_line_train_and_the_run_repeats(
    workbench, tmp_path, monkeypatch, code
):
    first = workbench("train", *OWN, "--name", "first")
    assert "Avg loss" in first.stdout
    (run,) = list_runs(Path("runs").absolute())
    document = read_toml(run.plan)
    assert document["model"] == {"name": "mine:build", "hidden": 3}
    assert f"{Path.cwd()}:mine:build" in document["plugins"]
    folders = ["--runs-dir", Path("runs").absolute()]
    monkeypatch.chdir(tmp_path)  # neither a working directory nor a trusted folder of the code
    again = workbench("train", run.plan.absolute(), "--name", "again", *folders)
    assert again.stdout == first.stdout
    more = workbench("resume", "first", "--epochs", "3", *folders)
    assert "Epoch 2" in more.stdout


def test_a_plan_in_a_folder_runs_its_code_only_once_that_is_trusted(refused, workbench, tmp_path):
    folder = tmp_path / "stranger"
    folder.mkdir()
    (folder / "mine.py").write_text(CODE)
    (folder / "plan.toml").write_text(PLAN)
    sentence = refused("train", folder / "plan.toml")
    assert "nobody has trusted its folder" in sentence
    assert not (folder / "ran").exists()
    trust_folder(folder)
    assert "Done!" in workbench("train", folder / "plan.toml").stdout
    assert (folder / "ran").exists()


def test_a_preset_of_a_folder_is_no_word_of_the_person(refused, tmp_path, monkeypatch, code):
    folder = tmp_path / "stranger"
    folder.mkdir()
    (folder / "mine.py").write_text(CODE)
    (folder / "workbench.toml").write_text(
        'default_preset = "mine"\n[presets.mine]\n' + PLAN.strip() + "\n"
    )
    monkeypatch.chdir(folder)
    assert "trust" in refused("train")
    assert not (folder / "ran").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--dataset", "toy", "--model", "mine:bad"], "mine:bad fails: ValueError: not today"),
        (["--dataset", "toy", "--model", "mine:none"], "names nothing callable in mine"),
        (["--dataset", "toy", "--model", "mien:build"], 'no module "mien"'),
        (["--dataset", "mine:bad"], "mine:bad fails"),
        (["--dataset", "toy", "--optimizer", "torch.optim:SGD"], "optimizer.lr is not set"),
    ],
)
def test_what_goes_wrong_is_one_sentence(arguments, sentence, refused):
    assert sentence in refused("train", "--backend", "pytorch", *arguments)
