"""Sweeps and comparisons, with real dispatchers and workers."""

import importlib.util
import json
import os
import signal
from pathlib import Path

import pytest

from workbench.core.files import read_toml
from workbench.core.queue import is_dispatching, queued_runs
from workbench.core.runs import RunFolder, list_runs, overview
from workbench.core.runs.lock import is_locked
from workbench.core.sweeps import find_sweep, read_member
from workbench.core.sweeps.search import SearchFiles, unfinished_searches

needs_optuna = pytest.mark.skipif(
    importlib.util.find_spec("optuna") is None, reason="Optuna is not installed"
)


def values_of(runs_dir, name):
    return [read_member(run).values for run in find_sweep(runs_dir, name)]


def test_a_grid_is_trained_and_compared_the_best_first(workbench, runs_dir, wait_for):
    result = workbench(
        "sweep", "--name", "lr", "--epochs", "1",
        "--over", "optimizer.lr=0.0001,0.5", "--over", "data.batch_size=16,32",
    )  # fmt: skip
    assert result.stdout.split() == ["lr-1", "lr-2", "lr-3", "lr-4"]
    wait_for(lambda: not is_dispatching(runs_dir))
    pairs = [(v["optimizer.lr"], v["data.batch_size"]) for v in values_of(runs_dir, "lr")]
    assert pairs == [("0.0001", "16"), ("0.0001", "32"), ("0.5", "16"), ("0.5", "32")]
    plan = read_toml(runs_dir / "lr-2" / "run.toml")
    assert (plan["optimizer"]["lr"], plan["data"]["batch_size"]) == (0.0001, 32)

    compared = json.loads(workbench("compare", "--sweep", "lr", "--json").stdout)
    assert compared["keys"] == ["optimizer.lr", "data.batch_size"]
    found = compared["runs"]
    assert [run["name"] for run in found][2:] == ["lr-1", "lr-2"]
    best = [run["best_accuracy"] for run in found]
    assert best == sorted(best, reverse=True)
    for run in found:
        seen = overview(RunFolder(runs_dir / run["name"]))
        assert (run["state"], run["last_accuracy"]) == ("completed", seen.last_accuracy)
        assert (run["step"], run["epochs"]) == (seen.step, 1)
        assert run["best_loss"] == run["last_loss"] > 0

    table = workbench("compare", "lr-1", "lr-3").stdout.splitlines()
    assert table[0].split()[:4] == ["RUN", "STATE", "optimizer.lr", "BEST"]
    assert table[1].split()[:4] == ["lr-3", "completed", "0.5", "100.0%"]
    assert table[2].split()[:3] == ["lr-1", "completed", "0.0001"]


def test_a_failing_member_has_no_accuracy_and_comes_last(workbench, runs_dir, wait_for):
    workbench("sweep", "--name", "fail", "--epochs", "1", "--over", "backend.fail_at=2,-1")
    wait_for(lambda: not is_dispatching(runs_dir))
    table = workbench("compare", "--sweep", "fail").stdout.splitlines()
    assert [line.split()[:3] for line in table[1:]] == [
        ["fail-2", "completed", "-1"],
        ["fail-1", "failed", "2"],
    ]


def test_random_members_are_drawn_from_the_seed(workbench, runs_dir, wait_for):
    over = ("--over", "optimizer.lr=1e-3..1:log", "--samples", 3, "--epochs", 1)
    for name, seed in (("one", 5), ("two", 5), ("three", 6)):
        workbench("sweep", "--name", name, "--seed", seed, *over)
    wait_for(lambda: not is_dispatching(runs_dir))
    one, two, three = (values_of(runs_dir, name) for name in ("one", "two", "three"))
    assert one == two != three
    assert len(one) == 3
    assert read_toml(runs_dir / "one-1" / "run.toml")["seed"] == 5
    assert all(overview(run).state == "completed" for run in list_runs(runs_dir))


def test_every_plan_is_checked_before_a_run_is_made(workbench, refused, runs_dir):
    # Both models are right by themselves; the second can't take the dataset.
    sentence = refused("sweep", "--over", "dataset.name=tiny,mnist")
    assert "can't take the dataset mnist" in sentence
    assert "epochs must be" in refused("sweep", "--over", "epochs=1,0")
    assert "--samples N" in refused("sweep", "--over", "epochs=1..9")
    assert "needs --over" in refused("sweep")
    assert "no name for a run" in refused("sweep", "--over", "epochs=1", "--name", "a/b")
    assert list_runs(runs_dir) == []


def test_names_that_are_taken_are_refused(workbench, refused, runs_dir, wait_for):
    workbench("train", "--name", "mine-2", "--epochs", "1")
    assert 'a run "mine-2"' in refused("sweep", "--name", "mine", "--over", "seed=1,2,3")
    assert not (runs_dir / "mine-1").exists()
    workbench("sweep", "--name", "his", "--over", "seed=1", "--epochs", 1)
    assert 'a sweep "his"' in refused("sweep", "--name", "his", "--over", "seed=1,2,3")
    assert 'Did you mean "his"?' in refused("compare", "--sweep", "hsi")
    assert "Name the runs" in refused("compare")
    assert "Name the runs" in refused("compare", "mine-2", "--sweep", "his")
    wait_for(lambda: not is_dispatching(runs_dir))


@pytest.mark.skipif(importlib.util.find_spec("optuna") is not None, reason="Optuna is installed")
def test_without_optuna_tpe_says_what_to_install(refused):
    assert "pip install 'workbench[sweep]'" in refused(*TPE)


def test_a_missing_optuna_is_a_sentence(refused, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "optuna" else 1)
    assert "pip install 'workbench[sweep]'" in refused(*TPE)


TPE = (
    "sweep", "--method", "tpe", "--samples", "4", "--name", "tpe", "--epochs", "1",
    "--over", "optimizer.lr=1e-4..1:log", "--over", "data.batch_size=16..32",
    "--over", "model.scale=0.01,0.1",
)  # fmt: skip


@needs_optuna
def test_tpe_asks_and_tells_run_after_run(workbench, refused, runs_dir, wait_for):
    assert workbench(*TPE).stdout == "tpe\n"
    assert 'a sweep "tpe" already' in refused(*TPE)
    wait_for(lambda: not unfinished_searches(runs_dir), 120)
    runs = find_sweep(runs_dir, "tpe")
    assert [run.name for run in runs] == [f"tpe-{number}" for number in range(1, 5)]
    assert all(overview(run).state == "completed" for run in runs)
    for values in values_of(runs_dir, "tpe"):
        assert 1e-4 <= float(values["optimizer.lr"]) <= 1
        assert values["data.batch_size"] in [str(size) for size in range(16, 33)]
        assert values["model.scale"] in ("0.01", "0.1")
    assert len(workbench("compare", "--sweep", "tpe").stdout.splitlines()) == 5


@needs_optuna
def test_a_killed_search_goes_on_with_queue_start(workbench, runs_dir, wait_for):
    workbench(*TPE, "--set", "backend.delay_s=0.02")
    files = SearchFiles(runs_dir, "tpe")
    wait_for(lambda: (runs_dir / "tpe-2" / "dispatched").exists())
    os.kill(pid_of_search(), signal.SIGKILL)
    wait_for(lambda: not is_locked(files.lock))
    workbench("queue", "start")
    wait_for(lambda: not unfinished_searches(runs_dir), 120)
    runs = find_sweep(runs_dir, "tpe")
    assert [overview(run).state for run in runs] == ["completed"] * 4
    drawn = [tuple(values.values()) for values in values_of(runs_dir, "tpe")]
    assert len(set(drawn)) == 4


@needs_optuna
def test_cancelling_a_waiting_member_ends_the_search(workbench, runs_dir, wait_for):
    workbench("queue", "add", "--name", "busy", "--epochs", 1000, "--set", "backend.delay_s=0.01")
    workbench(*TPE)
    wait_for(lambda: "tpe-1" in [run.name for run in queued_runs(runs_dir)])
    workbench("queue", "cancel", "tpe-1")
    wait_for(lambda: not unfinished_searches(runs_dir))
    assert "was cancelled" in SearchFiles(runs_dir, "tpe").log.read_text()
    workbench("stop", "busy")
    assert [run.name for run in list_runs(runs_dir)] == ["busy"]


@needs_optuna
def test_tpe_checks_the_ends_of_its_ranges_first(refused, runs_dir):
    assert "can't take the dataset mnist" in refused(*TPE, "--over", "dataset.name=tiny,mnist")
    assert unfinished_searches(runs_dir) == []


def pid_of_search():
    import psutil

    folder = str(Path.cwd())
    (pid,) = [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if "workbench.worker.search" in (line := " ".join(process.info["cmdline"] or ()))
        and folder in line
    ]
    return pid
