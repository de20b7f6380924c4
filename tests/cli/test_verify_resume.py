"""``workbench verify-resume``, with real kills, on the tiny backend and one that cheats."""

import json
import re
import signal
from dataclasses import replace
from pathlib import Path

import psutil

from workbench.core.runs import RunFolder, overview, read_events
from workbench.core.runs.verifying import ResumeReport


def test_an_exact_resume_is_said_to_be_exact(workbench):
    result = workbench("verify-resume", "--kill-at", "7", "--kill-at", "40", "--json")
    report = json.loads(result.stdout)
    assert report == {
        "killed_at": [7, 40],
        "steps": 64,
        "differing_files": [],
        "differing_lines": 0,
        "first_difference": None,
        "device": "cpu",
    }


def test_a_backend_that_forgets_its_order_is_found_out(workbench):
    tiny = Path(__file__).parents[1] / "fakes" / "tiny_plugin.py"
    source = tiny.read_text()
    forgetful = Path("forgetful.py")
    restores = 'self.order, self.trained = state["order"], state["trained"]'
    assert restores in source
    forgetful.write_text(source.replace(restores, 'self.trained = state["trained"]'))
    config = Path("workbench.toml")
    config.write_text(config.read_text().replace(str(tiny), str(forgetful.absolute())))

    shuffled = ("--kill-at", "23", "--set", "data.shuffle=true")
    result = workbench("verify-resume", *shuffled, code=1)
    assert "these files differ: tiny.json" in result.stdout
    assert "The resume is NOT exact." in result.stdout
    first = re.search(r'The first is "(.*)" uninterrupted, and "(.*)" resumed', result.stdout)
    assert first is not None and first[1] != first[2]
    assert all(line.startswith("loss: ") for line in first.groups())
    assert "A GPU may add" not in result.stdout


def test_what_a_gpu_does_is_no_fault_of_the_resume():
    report = ResumeReport((7,), 64, ("model.bin",), 0, device="cuda:0")
    assert "`--device cpu` tells whether the resume itself is exact" in report.sentences()[-1]
    assert "GPU" not in " ".join(replace(report, differing_files=()).sentences())


def test_a_kill_after_the_end_is_refused(refused):
    assert "ended before batch 99" in refused("verify-resume", "--kill-at", "99", code=1)


def test_ctrl_c_leaves_no_worker_behind(terminal, wait_for, monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    process = terminal("verify-resume", "--set", "backend.delay_s=0.05")
    (run,) = wait_for(lambda: list(tmp_path.glob("workbench-verify-*/uninterrupted")))
    wait_for(lambda: overview(RunFolder(run)).step)
    pid = read_events(RunFolder(run))[0].pid
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert not psutil.pid_exists(pid)
