"""All checks of a plugin, each part in a process of its own."""

import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from workbench.testing.locating import locate
from workbench.testing.report import CheckTask, Finding, Report

_LIMIT_S = {"registration": 60.0, "dataset": 600.0, "backend": 900.0, "follower": 300.0}


def check_plugin(plugin: str | Path, *, data_dir: Path | None = None) -> Report:
    """Check an installed plugin by name, or one by the path of its file, package or project.

    Datasets are looked for in ``data_dir``, by default an empty folder. Nothing of the plugin
    is imported into this process. Raises :class:`UserError` if there is no such plugin.
    """
    found = locate(plugin)
    path = str(found.path) if found.path else ""
    with tempfile.TemporaryDirectory(prefix="workbench-check-") as folder:
        place = str(data_dir or folder)
        report = _run(CheckTask(found.name, path, place, "registration"))
        tasks = [CheckTask(found.name, path, place, "dataset", name) for name in report.datasets]
        tasks += [CheckTask(found.name, path, place, "backend", name) for name in report.backends]
        tasks += [CheckTask(found.name, path, place, "follower", name) for name in report.followers]
        for task in tasks:
            report += _run(task)
    return report


def _run(task: CheckTask) -> Report:
    subject = f"{task.part} {task.name}".strip()
    limit_s = _LIMIT_S[task.part]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "workbench.testing"],
            input=msgspec.json.encode(task),
            capture_output=True,
            check=False,
            timeout=limit_s,
        )
    except subprocess.TimeoutExpired:
        problem = f"it was not done after {limit_s:.0f} s; find out what it waits for."
        return Report(findings=(Finding(subject, problem),))
    try:
        return msgspec.json.decode(done.stdout.splitlines()[-1], type=Report)
    except (IndexError, msgspec.MsgspecError):
        output = done.stderr.decode(errors="replace").strip().splitlines()
        reason = output[-1] if output else f"exit status {done.returncode}"
        problem = f"it ended the process ({reason}); code of a plugin may raise but not exit."
        return Report(findings=(Finding(subject, problem),))
