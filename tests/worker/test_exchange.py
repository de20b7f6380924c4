"""Starting from a checkpoint, exporting, importing and writing a script, on the tiny backend."""

import json

import pytest

from workbench.api.errors import UserError
from workbench.core.checkpoints import find_checkpoint
from workbench.core.runs import create_run, overview
from workbench.core.tasks import (
    EvaluateTask,
    ExportTask,
    ImportTask,
    ScriptTask,
    run_task,
)


@pytest.fixture
def trained(start):
    run, worker = start(epochs=1)
    worker.wait(60)
    return run


def export(run, tmp_path, name="out.json", form="json"):
    target = str(tmp_path / name)
    data_dir = str(tmp_path / "data")
    return run_task(
        ExportTask(
            run=str(run.path), checkpoint="best", data_dir=data_dir, format=form, target=target
        )
    )


def test_an_exported_model_can_be_imported_into_a_new_run(trained, tmp_path, tiny_plan, start):
    exported = export(trained, tmp_path).text
    run = create_run(tmp_path / "runs", tiny_plan(epochs=1))
    data_dir = str(tmp_path / "data")
    done = run_task(ImportTask(run=str(run.path), data_dir=data_dir, file=exported))
    assert done.text == "imported"
    manifest = find_checkpoint(run).manifest
    assert (manifest.step, manifest.protected, manifest.reason) == (0, True, "imported")

    task = {"checkpoint": "latest", "data_dir": data_dir}
    ours = run_task(EvaluateTask(run=str(trained.path), **task))
    theirs = run_task(EvaluateTask(run=str(run.path), **task))
    assert (ours.loss, ours.correct) == (theirs.loss, theirs.correct)

    start(run)[1].wait(60)
    assert overview(run).state == "completed"


def test_an_export_never_replaces_a_file_and_leaves_nothing_half_made(trained, tmp_path):
    (tmp_path / "out.json").write_text("mine")
    with pytest.raises(UserError, match="is there already"):
        export(trained, tmp_path)
    with pytest.raises(UserError, match='no export format "onnx"'):
        export(trained, tmp_path, "other.json", "onnx")
    with pytest.raises(UserError, match="There is no folder"):
        export(trained, tmp_path, "missing/out.json")
    assert (tmp_path / "out.json").read_text() == "mine"
    assert not list(tmp_path.glob(".staging*"))


def test_a_file_that_is_no_model_is_refused_with_a_sentence(tmp_path, tiny_plan):
    run = create_run(tmp_path / "runs", tiny_plan())
    bad = tmp_path / "bad.json"
    bad.write_text("[]")
    for file, reason in ((bad, "no weights"), (tmp_path / "x.pth", "no file"), (run.plan, "reads")):
        with pytest.raises(UserError, match=reason):
            run_task(ImportTask(run=str(run.path), data_dir=str(tmp_path / "data"), file=str(file)))


def test_a_run_can_begin_with_another_runs_weights(trained, start):
    first = find_checkpoint(trained)
    run, worker = start(epochs=1, start_from=str(first.path), optimizer={"lr": 1e-9})
    assert worker.wait(60) == 0
    ours = json.loads((first.path / "tiny.json").read_text())["weights"]
    theirs = json.loads((find_checkpoint(run).path / "tiny.json").read_text())["weights"]
    assert theirs[0] == pytest.approx(ours[0], abs=1e-6)
    assert find_checkpoint(run).manifest.plan["start_from"] == str(first.path)


def test_starting_from_what_is_no_checkpoint_says_so(start, tmp_path):
    run, worker = start(start_from=str(tmp_path / "nowhere"))
    assert worker.wait(60) == 2
    assert "is no checkpoint" in overview(run).error


def test_a_script_is_written_from_the_plan(trained):
    assert run_task(ScriptTask(run=str(trained.path))).text == "print(1, 'tiny')\n"
