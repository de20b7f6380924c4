"""Everything that `workbench evaluate` shows beyond its first lines."""

import csv
import io
import json

import pytest

from workbench.cli.evaluation_tables import confusion_lines
from workbench.core.checkpoints import find_checkpoint
from workbench.core.evaluation import read_evaluation, read_live_evaluation
from workbench.core.runs import RunFolder, overview


@pytest.fixture
def trained(trained_run, workbench, runs_dir):
    trained_run("one")
    return RunFolder(runs_dir / "one")


def test_the_tables_of_one_model(workbench, trained):
    lines = workbench("evaluate", "one", "--full").stdout.splitlines()
    assert lines[:2] == ["Test Error: ", lines[1]]
    assert lines[1].startswith(" Accuracy: 100.0%, Avg loss: ")
    assert lines[3].split() == ["CLASS", "PRECISION", "RECALL", "F1", "ITEMS"]
    assert lines[4].split() == ["circle", "1.000", "1.000", "1.000", "16"]
    assert lines[8].split() == ["mean", "of", "the", "classes", "1.000", "1.000", "1.000", "64"]
    assert "top 1: 100.0%" in lines[10]
    assert lines[12].split() == ["actual", "\\", "predicted", "0", "1", "2", "3"]
    assert lines[13].split() == ["0", "circle", "16", "0", "0", "0"]
    assert "No item is classified wrong." in lines
    assert any(line.startswith("90.0% to 100.0%") for line in lines)


def test_it_is_kept_with_the_checkpoint(workbench, trained):
    workbench("evaluate", "one@best")
    workbench("evaluate", "one", "--split", "train")
    assert read_evaluation(find_checkpoint(trained, "best")).size == 64
    assert read_evaluation(find_checkpoint(trained), "train").size == 512
    assert read_evaluation(find_checkpoint(trained), "test") is None


def test_several_models_side_by_side(trained_run, workbench, trained):
    trained_run("two", "--epochs", "1")
    result = workbench("evaluate", "one", "two@best")
    assert result.stdout.count("Test Error: \n Accuracy: ") == 2
    assert result.stderr.splitlines() == [
        "one@step-00000064 after 64 batches, on 64 test items:",
        "two@step-00000032 after 32 batches, on 64 test items:",
    ]
    table = result.stdout[result.stdout.index("MODEL") :].splitlines()
    assert [line.split()[0] for line in table[1:3]] == ["one@step-00000064", "two@step-00000032"]
    assert table[4].split()[3:] == ["one@step-00000064", "two@step-00000032"]
    assert table[5].split()[0] == "circle"


def test_as_json_and_csv_and_parquet(workbench, trained, tmp_path):
    file, parquet = tmp_path / "classes.csv", tmp_path / "classes.parquet"
    result = workbench("evaluate", "one", "--json", "--csv", file)
    found = json.loads(result.stdout)
    assert found["confusion"][2] == [0, 0, 16, 0]
    assert found["per_class"][3]["name"] == "line"
    assert found["top_k"] == [1.0] * 4
    assert "items" not in found
    rows = list(csv.DictReader(io.StringIO(file.read_text())))
    assert [row["class"] for row in rows] == ["circle", "square", "cross", "line"]
    assert rows[0]["f1"] == "1.0"
    several = json.loads(workbench("evaluate", "one", "one@best", "--json").stdout)
    assert [item["checkpoint"] for item in several] == ["step-00000064", "step-00000032"]

    pq = pytest.importorskip("pyarrow.parquet")
    workbench("evaluate", "one", "--parquet", parquet)
    assert pq.read_table(parquet).to_pylist()[1]["class"] == "square"


def test_a_live_model_is_evaluated_in_full_too(workbench, refused, runs_dir, wait_for):
    workbench(
        "train", "--detach", "--name", "live", "--epochs", "1000", "--set", "backend.delay_s=0.005"
    )
    run = RunFolder(runs_dir / "live")
    wait_for(lambda: overview(run).step > 0)
    workbench("pause", "live")
    step = overview(run).step
    assert "actual \\ predicted" in workbench("evaluate", "live", "--full").stdout
    kept = read_live_evaluation(run)
    assert (kept.step, kept.checkpoint, kept.size) == (step, "", 64)
    assert refused("evaluate", "live", "--split", "no") == (
        'There is no split "no"; the dataset has: train, test.'
    )


def test_a_split_or_a_folder_that_is_not_there(refused, trained):
    assert 'There is no split "no"' in refused("evaluate", "one", "--split", "no")
    assert refused("evaluate", "one", "--csv", "none/a.csv").startswith("There is no folder none")


def test_a_checkpoint_of_another_dataset(refused, trained):
    path = find_checkpoint(trained).path / "manifest.json"
    path.write_text(path.read_text().replace('"name": "tiny"', '"name": "mnist"', 1))
    assert refused("evaluate", "one").startswith(
        "The checkpoint step-00000064 was trained on mnist, but its run is one on tiny"
    )


def test_cells_of_the_confusion_matrix_are_shaded_where_there_are_colours(workbench, trained):
    workbench("evaluate", "one")
    result = read_evaluation(find_checkpoint(trained))
    plain, shaded = confusion_lines(result, "none"), confusion_lines(result, "256")
    assert not any("\x1b" in line for line in plain)
    assert "\x1b[48;5;" in shaded[1]
    assert plain[1].rstrip().endswith("0  0  0")
    assert "16" in shaded[1]
