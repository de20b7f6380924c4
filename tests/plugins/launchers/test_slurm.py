"""The script of a Slurm job, without a cluster."""

import shlex
import subprocess
from pathlib import Path

import pytest

from workbench.api import Launch, UserError
from workbench.api.options import parse_options
from workbench_launchers.slurm import SLURM, SlurmOptions, batch_script


def launch(run="/shared/runs/a-run", nodes=1, **options):
    return Launch(
        run=Path(run),
        data_dir=Path("/shared/data"),
        worker=("/py thon", "-m", "workbench.worker.job", run, "/shared/data"),
        nodes=nodes,
        options=parse_options(SlurmOptions, options, where=""),
    )


def test_a_script_says_what_was_asked_and_nothing_else():
    lines = batch_script(launch()).splitlines()
    assert lines == [
        "#!/bin/bash",
        "#SBATCH --job-name=a-run",
        "#SBATCH --nodes=1",
        "#SBATCH --ntasks-per-node=1",
        "#SBATCH --signal=B:USR1@120",
        "#SBATCH --requeue",
        "#SBATCH --open-mode=append",
        '#SBATCH --output="/shared/runs/a-run/worker.log"',
        "exec '/py thon' -m workbench.worker.job /shared/runs/a-run /shared/data",
    ]


def test_a_script_with_everything():
    asked = {"partition": "gpu", "time": "1-12", "gpus": 4, "cpus": 8, "memory": "32G"}
    script = batch_script(
        launch(nodes=2, account="lab", warning_s=60, extra=["--constraint=a100"], **asked)
    )
    for line in (
        "--nodes=2",
        "--partition=gpu",
        "--time=1-12",
        "--gpus-per-node=4",
        "--cpus-per-task=8",
        "--mem=32G",
        "--account=lab",
        "--constraint=a100",
        "--signal=B:USR1@60",
    ):
        assert f"#SBATCH {line}\n" in script


def test_a_folder_is_written_for_the_shell_and_for_slurm():
    run = "/sha red/100%/it's/a-run"
    script = batch_script(launch(run=run))
    assert '#SBATCH --output="/sha red/100%%/it\'s/a-run/worker.log"' in script
    last = script.splitlines()[-1].replace("exec ", "printf '%s\\n' ", 1)
    said = subprocess.run(["bash", "-c", last], capture_output=True, text=True).stdout
    assert run in said.splitlines()
    assert shlex.split(script.splitlines()[-1])[-2] == run


@pytest.mark.parametrize(
    "options",
    [
        {"partition": "a b"},
        {"partition": "a\n#SBATCH --exclusive"},
        {"time": '1"'},
        {"memory": "1G #"},
        {"account": "a\x1b[31m"},
        {"extra": ["--a b"]},
        {"extra": ["exclusive"]},
    ],
)
def test_no_value_can_say_more_than_itself(options):
    with pytest.raises(UserError) as caught:
        batch_script(launch(**options))
    assert str(caught.value).isprintable()


def test_a_folder_that_slurm_cannot_write_to():
    with pytest.raises(UserError, match="choose another runs folder"):
        batch_script(launch(run='/a"b/a-run'))


def test_the_command_submits_the_script_in_the_runs_folder(tmp_path):
    command = SLURM.command(launch(run=str(tmp_path)))
    assert command.arguments == ("sbatch", "--parsable", str(tmp_path / "slurm.sh"))
    assert (tmp_path / "slurm.sh").read_text().startswith("#!/bin/bash\n")
