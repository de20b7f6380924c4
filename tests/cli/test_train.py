import os
import re
import signal
from pathlib import Path

import pytest

from workbench.api import commands, events
from workbench.core.checkpoints import find_checkpoint
from workbench.core.config import trust_folder
from workbench.core.files import read_toml
from workbench.core.runs import RunFolder, is_alive, overview, read_events, send_command

LINES = [
    "Epoch 0",
    "-" * 31,
    "loss: 1.405253  [   16/  512]",
    "Test Error: ",
    " Accuracy: 100.0%, Avg loss: 0.029570 ",
    "",
    "Done!",
]
SLOW = ("--epochs", "1000", "--set", "backend.delay_s=0.01")


def test_standard_output_is_the_log_and_nothing_else(workbench, runs_dir):
    result = workbench("train", "--name", "one", "--epochs", "1", "--set", "log_every=1000")
    assert result.stdout == "\n".join(LINES) + "\n"
    assert result.stdout == (runs_dir / "one" / "worker.log").read_text()
    told = result.stderr
    assert told.startswith(f"Run one: tiny · linear · plain · tiny, in {runs_dir / 'one'}\n")
    assert "Data: tiny, 512 train and 64 test items (made by its plugin).\n" in told
    assert "Model: 256 parameters on cpu; 1 epochs of 32 batches of 16.\n" in told
    assert "Checkpoint step-00000032 saved (" in told
    assert "Run one completed after 32 batches" in told.splitlines()[-1]
    assert "test accuracy 100.0%, best 100.0%" in told.splitlines()[-1]
    assert "SAMPLE" not in told


def test_flags_and_assignments_end_in_the_plan(workbench, runs_dir):
    workbench(
        "train", "--name", "one", "--epochs", "1", "--seed", "7", "--batch-size", "32",
        "--device", "cpu", "--optimizer", "plain", "--set", "optimizer.lr=0.25",
        "--set", "checkpoint.keep_last=0",
    )  # fmt: skip
    plan = read_toml(runs_dir / "one" / "run.toml")
    assert (plan["epochs"], plan["seed"], plan["device"]) == (1, 7, "cpu")
    assert plan["data"]["batch_size"] == 32
    assert plan["optimizer"] == {"name": "plain", "lr": 0.25}
    assert plan["checkpoint"]["keep_last"] == 0


def test_a_runs_plan_repeats_it_elsewhere(workbench, runs_dir, tmp_path, monkeypatch):
    first = workbench("train", "--name", "one")
    plan = runs_dir / "one" / "run.toml"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    again = workbench("train", plan, "--name", "two", "--runs-dir", "r", "--data-dir", "d")
    assert again.stdout == first.stdout
    assert (elsewhere / "r" / "two" / "run.toml").read_text() == plan.read_text()


def test_a_plans_plugin_path_starts_at_the_plan(workbench, refused, runs_dir, tmp_path):
    plugin = tmp_path / "plans" / "own.py"
    plugin.parent.mkdir()
    plugin.write_text("")
    plan = plugin.parent / "plan.toml"
    names = "\n".join(f'{kind}.name = "x"' for kind in ("dataset", "model", "optimizer"))
    plan.write_text(f'plugins = ["own.py", "gone.py"]\nbackend.name = "x"\n{names}\n')
    trust_folder(plugin.parent)
    assert "(The plugin gone is broken: " in refused("train", plan)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--dataset", "tinny"], 'There is no dataset "tinny". Did you mean "tiny"?'),
        (["--model", "liner"], 'There is no model for tiny "liner". Did you mean "linear"?'),
        (["--optimizer", "plan"], 'There is no optimizer for tiny "plan". Did you mean "plain"?'),
        (
            ["--backend", "tiny", "--set", "epochs=1", "--set", "model.name=pytorch:mlp"],
            'The model "pytorch:mlp" is for the backend pytorch; the models for tiny are: linear.',
        ),
        (["--set", "model=linear"], 'There is no option "model". Did you mean "model.name"?'),
        (["--backend", "tyny"], 'There is no backend "tyny". Did you mean "tiny"?'),
        (["--preset", "tyny"], 'There is no preset "tyny". Did you mean "tiny"?'),
        (["--set", "optimizer.rl=1"], 'no option "optimizer.rl". Did you mean "optimizer.lr"?'),
        (["--set", "epoch=1"], 'There is no option "epoch". Did you mean "epochs"?'),
        (["--set", "modl.scale=1"], 'There is no table of a plan "modl". Did you mean "model"?'),
        (["--set", "epochs"], '"epochs" is not KEY=VALUE, such as model.hidden=512.'),
        (["--set", "optimizer.lr=-1"], "optimizer.lr must be a number above 0, but is -1.0."),
        (["--set", "optimizer.lr=nan"], "optimizer.lr must be a number above 0, but is nan."),
        (["--set", "optimizer.lr=x"], 'optimizer.lr must be a number above 0, but is "x".'),
        (["--epochs", "0"], "epochs must be a whole number at least 1, but is 0."),
        (["--epochs", "many"], "Invalid value for '--epochs': 'many' is not a valid integer."),
        (
            ["--seed", "4294967296"],
            "seed must be a whole number at least 0, at most 4294967295, but is",
        ),
        (["--device", "gpu"], 'device must be auto, cpu, cuda:N or mps, but is "gpu".'),
        (["--dataset", "mnist"], "The model linear can't take the dataset mnist: it takes images"),
        (["--name", "../up"], '"../up" is no name for a run; use letters, digits, dots'),
        (["--runs-dir", "workbench.toml/r"], "workbench.toml/r can't be made (Not a directory)"),
        (["gone.toml"], "gone.toml can't be read (No such file or directory)."),
        (["latin.toml"], "latin.toml is not a text file in UTF-8; give a TOML file."),
        (["wrong.toml"], "wrong.toml is not valid TOML: Invalid value (at line 2, column 5)"),
        (["workbench.toml"], "There is no key of a plan"),
        (["wrong.toml", "--preset", "tiny"], "Give either a plan file or --preset, not both."),
    ],
)
def test_what_can_not_be_trained_is_refused(refused, runs_dir, arguments, sentence):
    Path("latin.toml").write_bytes(b'a = "\xff"')
    Path("wrong.toml").write_text("a = 1\nb = =\n")
    assert sentence in refused("train", *arguments)
    assert not runs_dir.exists()


def test_a_name_is_taken_once(workbench, refused, runs_dir):
    workbench("train", "--name", "one")
    assert refused("train", "--name", "one") == (
        'There is a run "one" already; choose another name.'
    )


def test_a_missing_framework_says_what_to_install(refused, runs_dir):
    Path("needy.py").write_text(
        "from workbench.api import BackendSpec, LossSpec, ModelSpec, NoOptions, OptimizerSpec\n"
        "from workbench.api import hookimpl, option\n"
        "from dataclasses import dataclass\n"
        "@dataclass(frozen=True)\n"
        "class Options:\n"
        "    lr: float = option(1.0, help='Rate.')\n"
        "about = dict(title='T', description='D')\n"
        "@hookimpl\n"
        "def workbench_backends():\n"
        "    return [BackendSpec(name='needy', create_trainer='x:y', requires=('not_there',),\n"
        "        install='pip install not-there', losses=(LossSpec(name='l', title='L'),),\n"
        "        default_plan={'loss': 'l', 'model': {'name': 'm'}, 'optimizer': {'name': 'o'}},\n"
        "        **about)]\n"
        "@hookimpl\n"
        "def workbench_models():\n"
        "    return [ModelSpec(name='m', backend='needy', build='x:y', **about)]\n"
        "@hookimpl\n"
        "def workbench_optimizers():\n"
        "    return [OptimizerSpec(name='o', backend='needy', build='x:y', options=Options,\n"
        "        **about)]\n"
    )
    assert refused("--plugin", "needy.py", "train", "--backend", "needy") == (
        "The backend needy needs not_there, which is not installed; "
        "install it with: pip install not-there"
    )
    assert not runs_dir.exists()


def test_a_run_that_fails_ends_with_its_sentence(workbench, refused, runs_dir):
    sentence = "RuntimeError: the tiny backend fails as it was told to"
    told = refused("train", "--set", "backend.fail_at=3", code=1)
    assert re.fullmatch(rf"{sentence} \(tiny_plugin\.py, line \d+\)", told)
    debug = workbench("--debug", "train", "--set", "backend.fail_at=3", code=1)
    assert "in _train_batch\n" in debug.stderr
    # What the person can mend has the other exit code.
    assert "lower the learning rate" in refused("train", "--set", "backend.nan_at=3", code=2)


def test_a_worker_that_dies_is_noticed(terminal, runs_dir, wait_for):
    process = terminal("train", "--name", "one", *SLOW)
    run = RunFolder(runs_dir / "one")
    wait_for(lambda: overview(run).step > 0)
    started = [event for event in read_events(run) if isinstance(event, events.RunStarted)]
    os.kill(started[0].pid, signal.SIGKILL)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "The worker of one ended without saying why (SIGKILL); the last line of" in stderr
    assert stdout.splitlines()[-1] in stderr
    assert "`workbench resume one` goes on from the latest checkpoint." in stderr


def test_ctrl_c_stops_with_a_checkpoint(terminal, runs_dir, wait_for):
    process = terminal("train", "--name", "one", *SLOW)
    run = RunFolder(runs_dir / "one")
    wait_for(lambda: overview(run).step > 0)
    process.send_signal(signal.SIGINT)
    stderr = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert "Stopping with a checkpoint; press Ctrl+C again to end the worker at once." in stderr
    seen = overview(run)
    assert seen.state == "stopped"
    assert find_checkpoint(run).manifest.step == seen.step


def test_a_second_ctrl_c_ends_at_once(terminal, runs_dir, wait_for):
    process = terminal("train", "--name", "one", "--set", "backend.delay_s=600")
    run = RunFolder(runs_dir / "one")
    wait_for(lambda: overview(run).epochs)
    process.send_signal(signal.SIGINT)
    wait_for(lambda: run.commands.exists())
    process.send_signal(signal.SIGINT)
    stderr = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert "The worker was ended. `workbench resume one` goes on from the latest" in stderr
    assert not is_alive(run)
    assert overview(run).state == "interrupted"


def test_the_end_of_the_client_is_not_the_end_of_the_run(terminal, runs_dir, wait_for):
    process = terminal("train", "--name", "one", *SLOW)
    run = RunFolder(runs_dir / "one")
    wait_for(lambda: overview(run).step > 0)
    process.kill()
    process.wait()
    step = overview(run).step
    wait_for(lambda: overview(run).step > step)


def test_a_run_whose_lines_nobody_reads_goes_on_and_says_so(terminal, runs_dir, wait_for):
    process = terminal("train", "--name", "one", *SLOW)
    assert process.stdout.readline() == "Epoch 0\n"
    process.stdout.close()
    stderr = process.communicate(timeout=60)[1]
    assert stderr.splitlines()[-1] == (
        "It goes on without this terminal: `workbench attach one` follows it, "
        "`workbench stop one` stops it."
    )
    run = RunFolder(runs_dir / "one")
    step = overview(run).step
    wait_for(lambda: overview(run).step > step)


def test_detached_it_returns_with_the_runs_name(workbench, runs_dir):
    result = workbench("train", "--detach", "--name", "one", *SLOW)
    assert result.stdout == "one\n"
    assert "`workbench attach one` follows it" in result.stderr
    run = RunFolder(runs_dir / "one")
    assert is_alive(run)
    send_command(run, commands.Stop())


def test_detached_it_says_when_the_worker_did_not_start(refused, runs_dir, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path("shadow").absolute()))
    broken = Path("shadow") / "filelock.py"
    broken.parent.mkdir()
    broken.write_text("raise ImportError('no lock\\x1b[2J here')")
    sentence = refused("train", "--detach", "--name", "one", code=1)
    assert "The worker of one ended without saying why; the last line of" in sentence
    assert 'worker.log is: "ImportError: no lock\\x1b[2J here"' in sentence


@pytest.mark.pytorch
def test_an_accuracy_from_a_sample_is_labelled(workbench, runs_dir):
    pytest.importorskip("torch")
    result = workbench(
        "train", "--preset", "quickstart-pytorch", "--name", "one", "--epochs", "1",
        "--set", "model.hidden=8", "--batch-size", "600",
    )  # fmt: skip
    told = result.stderr
    assert "Data: fashion-mnist, 6,000 train and 1,000 test items (embedded sample).\n" in told
    assert "SAMPLE DATA: the accuracies of this run are those of a small sample;" in told
    assert "`workbench data fetch fashion-mnist`" in told
    assert told.splitlines()[-1].endswith("(SAMPLE DATA).")
    assert result.stdout.endswith("Done!\n")
    for command in ("status", "evaluate", "checkpoints", "attach"):
        assert "SAMPLE DATA" in workbench(command, "one").output
    assert "SAMPLE DATA" in workbench("runs").output


def test_a_run_is_followed_as_the_configuration_and_the_command_line_say(workbench, runs_dir):
    text = Path("workbench.toml").read_text() + "\n[followers.csv]\n"
    Path("workbench.toml").write_text(text)
    workbench("train", "--name", "one", "--set", "followers.csv.every_batch=true")
    rows = (runs_dir / "one" / "followers" / "metrics.csv").read_text().splitlines()
    assert len([row for row in rows if row.endswith(",,,,")]) == 64
    workbench("train", runs_dir / "one" / "run.toml", "--name", "two")
    again = (runs_dir / "two" / "followers" / "metrics.csv").read_text().splitlines()
    assert [row.split(",")[1:] for row in again] == [row.split(",")[1:] for row in rows]
    workbench("train", "--name", "three", "--set", "followers.csv.on=false")
    assert not (runs_dir / "three" / "followers").exists()


def test_a_follower_that_lacks_its_library_is_refused(refused, monkeypatch):
    from workbench.core.plugins import registry

    found = registry._is_installed
    monkeypatch.setattr(registry, "_is_installed", lambda name: name != "wandb" and found(name))
    assert refused("train", "--set", "followers.wandb.on=true") == (
        "The follower wandb needs wandb, which is not installed; install it with: pip install wandb"
    )
