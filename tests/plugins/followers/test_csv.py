import csv

import pytest

from workbench.api import FollowedRun, UserError
from workbench_followers.csv_file import CsvFollower
from workbench_followers.scalars import ScalarOptions


def rows(files):
    with (files / "metrics.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_for_each_loss_line_and_each_test(tell):
    found = rows(tell(CsvFollower, ScalarOptions(), 0, 8))
    assert [(row["epoch"], row["step"]) for row in found] == [
        ("0", "1"), ("0", "3"), ("0", "4"), ("1", "5"), ("1", "7"), ("1", "8"),
    ]  # fmt: skip
    assert found[1] == {
        "time": "1003.000", "epoch": "0", "step": "3", "train_loss": str(1 / 3),
        "train_learning_rate": "0.5", "test_loss": "", "test_accuracy": "",
        "test_mae": "", "test_mse": "",
    }  # fmt: skip
    assert (found[2]["test_loss"], found[2]["test_accuracy"]) == ("0.5", "0.4")


def test_a_row_for_each_batch(tell):
    found = rows(tell(CsvFollower, ScalarOptions(every_batch=True), 0, 4))
    losses = [row["train_loss"] for row in found if row["train_loss"]]
    assert losses == [str(1 / step) for step in (1, 2, 3, 4)]


def test_a_resumed_run_appends_and_repeats_nothing(tell):
    whole = rows(tell(CsvFollower, ScalarOptions(), 0, 8))
    files = tell(CsvFollower, ScalarOptions(), 0, 7)  # it was killed after step 7 ...
    path = files / "metrics.csv"
    path.write_text(path.read_text() + "1008.000,1,8,0.1")  # ... in the middle of a row
    tell(CsvFollower, ScalarOptions(), 4, 8)  # and went on from the checkpoint of step 4
    assert rows(files) == whole


def test_what_lies_in_its_place_and_is_no_text_is_named(tell):
    path = tell(CsvFollower, ScalarOptions(), 0, 1) / "metrics.csv"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UserError, match=r"metrics\.csv can't be gone on with .* or move it away"):
        CsvFollower(FollowedRun(path.parents[1], {}, 1, path.parent), ScalarOptions())
    path.unlink()
    path.mkdir()
    with pytest.raises(UserError, match=r"metrics\.csv can't be gone on with \(Is a directory\)"):
        CsvFollower(FollowedRun(path.parents[1], {}, 1, path.parent), ScalarOptions())
