import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.core.runs import RunFolder, overview


def shell(redirected, *arguments):
    """Run the command line in a shell that redirects its streams."""
    command = shlex.join([sys.executable, "-m", "workbench", *arguments])
    return subprocess.run(f"{command} {redirected}", shell=True, capture_output=True, text=True)


@pytest.mark.parametrize(
    "redirected",
    [
        "2>&-",
        "2</dev/null",  # as a wrapper leaves it that was started with a closed one
        pytest.param(
            "2>/dev/full",
            marks=pytest.mark.skipif(
                not Path("/dev/full").is_char_device(), reason="needs /dev/full"
            ),
        ),
    ],
)
def test_a_run_is_trained_though_nobody_can_be_told(runs_dir, redirected):
    done = shell(redirected, "train", "--name", "one")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("Done!\n")
    assert overview(RunFolder(runs_dir / "one")).state == "completed"


def test_a_run_is_trained_though_its_notes_go_to_a_closed_pipe(runs_dir):
    command = [sys.executable, "-m", "workbench", "train", "--name", "one"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stderr.close()
        output = process.stdout.read()
    assert process.returncode == 0
    assert output.endswith(b"Done!\n")


@pytest.mark.parametrize("redirected", [">&-", "1</dev/null", "<&- >&-"])
@pytest.mark.parametrize("arguments", [("runs", "--json"), ("doctor",), ("train",)])
def test_a_closed_output_is_no_fault(runs_dir, redirected, arguments):
    done = shell(redirected, *arguments)
    assert "fault" not in done.stderr and "Error" not in done.stderr
    assert done.returncode == 0
