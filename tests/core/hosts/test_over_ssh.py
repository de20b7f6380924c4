"""The runs of another machine through a real ``sshd`` on loopback."""

import json
import subprocess
import sys
import tempfile
import threading

import pytest
import sshd

from workbench.api.commands import Pause, Resume, Stop
from workbench.api.errors import UserError, WorkbenchError
from workbench.core.checkpoints import list_checkpoints
from workbench.core.checkpoints.managing import protect_checkpoint
from workbench.core.checkpoints.store import verify
from workbench.core.hosts.deeds import create_run_there, launch_there
from workbench.core.hosts.opening import HostPlace
from workbench.core.hosts.ssh import Host
from workbench.core.runs import is_alive, list_runs, overview, read_events, send_command
from workbench.core.runs.managing import delete_run, rename_run, restore_run
from workbench.core.tasks import EvaluateTask, run_task

PLAN = {
    "dataset": {"name": "tiny"},
    "model": {"name": "linear"},
    "optimizer": {"name": "plain"},
    "backend": {"name": "tiny", "delay_s": 0.02},
    "epochs": 500,
}


@pytest.fixture
def place(box):
    made = HostPlace(Host("box", sshd.HOST_COMMAND))
    yield made
    made.close()


def test_a_run_there_from_its_start_to_its_trash(box, place, wait_for):
    assert place.link.wait_for_look(30)
    run = create_run_there(place.runs_dir, PLAN)
    launch_there(run)
    (there,) = list_runs(box.runs_dir)
    assert is_alive(there) and is_alive(run)
    wait_for(lambda: overview(run).step > 0)
    send_command(run, Pause())
    wait_for(lambda: overview(run).state == "paused")
    assert place.read_devices().cpu.cores > 0
    wait_for(lambda: [worker.run for worker in place.read_workload().workers] == [run.name])

    # The line breaks and comes again: nothing is lost, and nothing is told twice.
    box.stop()
    wait_for(lambda: place.link.state.kind == "lost")
    assert overview(run).state == "paused"
    with pytest.raises(UserError, match="box is not connected"):
        send_command(run, Resume())
    box.start()
    wait_for(lambda: place.link.state.kind == "connected", 60)
    send_command(run, Resume())
    send_command(run, Stop())
    wait_for(lambda: overview(run).state == "stopped" and not is_alive(run))
    assert run.events.read_bytes() == there.events.read_bytes()
    assert [event.seq for event in read_events(run)] == list(range(len(read_events(run))))

    checkpoint = list_checkpoints(run)[-1]
    assert not any(
        (checkpoint.path / name).read_bytes().strip(b"\0") for name in ("tiny.json",)
    ) or ((checkpoint.path / "tiny.json").stat().st_size < 8 * 2**20)
    verify(checkpoint)
    assert protect_checkpoint(run, checkpoint.name, True).manifest.protected
    assert list_checkpoints(run)[-1].manifest.protected
    task = EvaluateTask(str(run.path), checkpoint.name, str(place.data_dir))
    assert run_task(task).size == 64
    renamed = rename_run(run, "another-name")
    assert [item.name for item in list_runs(place.runs_dir)] == ["another-name"]
    delete_run(renamed)
    assert list_runs(place.runs_dir) == []
    assert restore_run(place.runs_dir) == renamed
    with pytest.raises(UserError, match="linaer"):
        create_run_there(place.runs_dir, {**PLAN, "model": {"name": "linaer"}})


def test_a_folder_too_deep_for_a_socket_is_no_trouble(box, tmp_path, monkeypatch):
    deep = tmp_path / ("deep" * 20)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    made = HostPlace(Host("box", sshd.HOST_COMMAND))
    made.close()


def test_one_sentence_says_why_there_is_no_workbench(box):
    for host, words in (
        (Host("box", "no-such-workbench"), "There is no no-such-workbench on box"),
        (Host("box", "sh -c 'exit 3'"), r"The workbench on box ended"),
        (Host("box", f"{sys.executable} -c 'import click; click.command()(lambda: 0)()'"), "older"),
        (Host("nowhere.invalid"), "nowhere.invalid can't be reached"),
    ):
        with pytest.raises(WorkbenchError, match=words):
            HostPlace(host)


def test_a_call_that_the_break_interrupts_says_so(box, place, wait_for):
    run = create_run_there(place.runs_dir, PLAN)
    told = []

    def ask():
        try:
            run_task(EvaluateTask(str(run.path), "none", str(place.data_dir)))
        except WorkbenchError as error:
            told.append(str(error))

    thread = threading.Thread(target=ask)
    thread.start()
    wait_for(lambda: place.link._waiting)
    box.stop()
    thread.join(30)
    assert "broke before it answered" in told[0]


def test_commands_run_there(box, wait_for):
    def workbench(*words):
        command = [sys.executable, "-m", "workbench", "--host", "box", *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=120)

    settings = f"host_command = {json.dumps(sshd.HOST_COMMAND)}\n"
    (box.folder.parent / "work" / "workbench.toml").write_text(settings)
    done = workbench("train", "--detach", "--name", "a-run", "--set", "epochs=500")
    assert done.stdout.strip() == "a-run", done.stderr
    (there,) = list_runs(box.runs_dir)
    assert is_alive(there)
    assert json.loads(workbench("runs", "--json").stdout)[0]["name"] == "a-run"
    assert "a-run is stopped" in workbench("stop", "a-run").stdout
    (box.folder.parent / "work" / "workbench.toml").write_text('host_command = "none-such"')
    lacking = workbench("status")
    assert lacking.returncode == 127
    assert "There is no none-such on box; install workbench there" in lacking.stderr
    (box.folder.parent / "work" / "workbench.toml").write_text(settings)
    refused = workbench("status", "it's; none")
    assert refused.returncode == 2 and 'no run "it\'s; none"' in refused.stderr
