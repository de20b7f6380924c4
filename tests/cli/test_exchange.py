import json
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.cli.checkpoints.export import format_of
from workbench.core.runs import list_runs, overview
from workbench_keras.backend_specs import BACKENDS as KERAS


def test_a_model_goes_out_and_comes_back(trained_run, workbench, runs_dir):
    trained_run("one")
    said = workbench("checkpoints", "export", "one@best", "model.json").stdout
    assert said == f"one@step-00000032 is in {Path('model.json').absolute()}, as json.\n"
    imported = workbench("checkpoints", "import", "model.json", "--name", "two")
    assert imported.stdout == "two@imported\n"
    assert "Its latest checkpoint is imported" in workbench("status", "two").stdout
    told = workbench("attach", "two").stderr
    assert told.splitlines()[-1] == "Run two stopped after 0 batches in 0.0 s of training."
    assert workbench("evaluate", "two").stdout == workbench("evaluate", "one@best").stdout
    assert workbench("resume", "two").stdout.endswith("Done!\n")


def test_an_imported_run_has_no_worker_that_is_awaited(trained_run, workbench, runs_dir):
    trained_run("one")
    workbench("checkpoints", "export", "one", "model.json")
    workbench("checkpoints", "import", "model.json", "--name", "two")
    (found,) = [item for item in list_runs(runs_dir) if item.name == "two"]
    seen = overview(found)
    assert (seen.state, seen.step, seen.epochs) == ("stopped", 0, 2)
    assert seen.checkpoint == "imported"
    workbench("runs", "rename", "two", "three")  # at once


@pytest.mark.parametrize("made", KERAS[0].exports, ids=lambda made: made.name)
def test_a_files_ending_says_the_format(made):
    assert format_of(Path(f"my.model{made.suffix}" if made.suffix else "model"), KERAS[0]) == (
        made.name
    )


def test_what_can_not_be_exported(trained_run, workbench, refused, runs_dir):
    trained_run("one")
    assert refused("checkpoints", "export", "one", "model.onnx") == (
        'The backend tiny has no format with the ending ".onnx"; it exports: json (.json).'
    )
    assert "Did you mean" in refused("checkpoints", "export", "one", "m.json", "--format", "jsn")
    Path("model.json").write_text("mine")
    assert "model.json is there already" in refused("checkpoints", "export", "one", "model.json")
    assert Path("model.json").read_text() == "mine"


def test_an_import_that_fails_leaves_no_run(workbench, refused, runs_dir):
    assert "There is no file" in refused("checkpoints", "import", "gone.json", "--name", "one")
    assert list(runs_dir.iterdir()) == []


def test_a_run_as_a_program(trained_run, workbench, refused, runs_dir):
    trained_run("one")
    program = workbench("script", "one").stdout
    said = workbench("script", "one", "--output", "one.py").stdout
    assert said == "one is in one.py; run it with `python one.py`.\n"
    assert Path("one.py").read_text().splitlines() == program.splitlines()
    subprocess.run([sys.executable, "one.py"], check=True)
    assert refused("script", "one", "--output", "one.py") == (
        "one.py can't be written (File exists)."
    )


def test_plugins_show_the_formats(workbench):
    shown = workbench("plugins", "show", "tiny").stdout
    assert "  Exports json (.json): Weights as JSON.\n" in shown
    assert json.loads(workbench("plugins", "show", "tiny", "--json").stdout)
