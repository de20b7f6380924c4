"""Runs as jobs of a Slurm cluster: of a real one where it is installed."""

import json
import os

import pytest
import slurm

from workbench.api.events import BatchesTrained, RunFinished, RunStarted
from workbench.core.runs import is_alive, list_runs, overview, read_events
from workbench.core.runs.managing import list_trashed_runs

SLOW = ("--set", "backend.delay_s=0.02", "--set", "epochs=60")


@pytest.fixture
def cluster(tmp_path, monkeypatch, runs_dir):
    made = slurm.Cluster(tmp_path / "cluster")
    try:
        made.start()
        monkeypatch.setenv("SLURM_CONF", str(made.config))
        yield made
    finally:
        made.end()


@pytest.fixture
def no_slurm(tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))


def test_a_run_through_a_cluster(cluster, workbench, runs_dir, wait_for):
    done = workbench("submit", "--slurm", "--yes", "--name", "a-run", "--time", "10:00", *SLOW)
    assert done.stdout.strip() == "a-run"
    assert "#SBATCH --time=10:00" in done.stderr
    (run,) = list_runs(runs_dir)
    wait_for(lambda: overview(run).step > 0, 60)

    # Another one waits for the only core, and says so; stopping it cancels its job.
    workbench("submit", "--slurm", "--yes", "--name", "b-run", *SLOW)
    wait_for(lambda: "waits as Slurm job" in workbench("status", "b-run").stdout)
    assert "b-run" in workbench("runs").stdout and "queued" in workbench("runs").stdout
    assert "Nothing waits" in workbench("queue").stdout
    assert "is cancelled" in workbench("stop", "b-run").stdout
    assert [item.name.partition("~")[0] for item in list_trashed_runs(runs_dir)] == ["b-run"]
    wait_for(lambda: cluster.ask("squeue", "--noheader", "--name=b-run") == "")

    # Slurm's warning before the end of its time: saved, queued again, and on from there.
    job = cluster.ask("squeue", "--noheader", "--name=a-run", "--format=%i").strip()
    cluster.ask("scancel", "--signal=USR1", "--batch", job)
    wait_for(lambda: "(pending, BeginTime)" in workbench("status", "a-run").stdout, 60)
    saved = [event for event in read_events(run) if isinstance(event, RunFinished)][-1].step
    cluster.hurry(job)
    wait_for(lambda: is_alive(run) and overview(run).step > saved, 60)
    starts = [event for event in read_events(run) if isinstance(event, RunStarted)]
    assert [event.step for event in starts] == [0, saved]

    # Preempted: Slurm itself queues it again.
    cluster.ask("sbatch", "--partition=urgent", "--wrap=sleep 1", f"--output={os.devnull}")
    wait_for(lambda: "(pending, " in workbench("status", "a-run").stdout, 90)
    assert json.loads(workbench("status", "a-run", "--json").stdout)["state"] == "queued"
    assert "a-run waits as Slurm job" in workbench("resume", "a-run", code=2).stderr
    cluster.hurry(job)
    wait_for(lambda: is_alive(run), 60)

    # Stopped by a person it stays so, until it is submitted again.
    wait_for(lambda: overview(run).state == "running")
    assert "a-run is stopped" in workbench("stop", "a-run").stdout
    wait_for(lambda: cluster.ask("squeue", "--noheader") == "", 60)
    assert "is stopped" in workbench("status", "a-run").stdout
    assert "submitted again as Slurm job" in workbench("resume", "a-run").stdout
    wait_for(lambda: is_alive(run), 60)
    trained = [event for event in read_events(run) if isinstance(event, BatchesTrained)]
    ends = [event.step for event in trained]
    assert ends == sorted(set(ends))  # nothing was trained twice


def test_nothing_is_left_of_what_is_not_submitted(refused, workbench, runs_dir, no_slurm):
    sentence = refused("submit", "--slurm", "--yes")
    assert "sbatch is not installed on this machine" in sentence
    assert "a b" in refused("submit", "--slurm", "--yes", "--partition", "a b")
    assert "Submit this job?" in workbench("submit", "--slurm", code=1).stderr  # no answer is no
    assert list_runs(runs_dir) == [] and not list(runs_dir.glob("*"))


def test_where_to_has_to_be_said(workbench, runs_dir):
    assert "--slurm" in workbench("submit", code=2).stderr


def test_a_run_of_a_cluster_is_not_resumed_elsewhere_by_mistake(
    workbench, refused, runs_dir, no_slurm
):
    workbench("train", "--name", "a-run", "--set", "epochs=1")
    (runs_dir / "a-run" / "slurm.sh").touch()
    assert "sbatch is not installed here" in refused("resume", "a-run", "--epochs", 2)
