"""The table of checkpoints: sorting, filtering, marking, and keeping up with a live run."""

import math
import shutil

import pytest
from textual.widgets import Input

from workbench.core.checkpoints.managing import protect_checkpoint
from workbench.tui.screens.checkpoints.columns import kept_cell, ordered
from workbench.tui.screens.checkpoints.details import flow, lines
from workbench.tui.screens.checkpoints.histogram import histogram_lines
from workbench.tui.screens.checkpoints.listing import Listing
from workbench.tui.screens.checkpoints.reading import CheckpointsReader, RunsReader


def steps(items):
    return [item.checkpoint.manifest.step for item in items]


@pytest.fixture
def found(saved_run):
    return CheckpointsReader().read(saved_run("calm-owl-1", (0.5, 0.7, None, math.nan)))


def test_the_newest_comes_first_and_turning_around_gives_the_oldest(found):
    listing = Listing()
    listing.take(found)
    assert steps(listing.shown) == [160, 120, 80, 40]
    listing.sort("age")
    assert steps(listing.shown) == [40, 80, 120, 160]


@pytest.mark.parametrize(
    ("title", "expected"),
    [("size", [40, 80, 120, 160]), ("step", [160, 120, 80, 40]), ("loss", [80, 40, 160, 120])],
)
def test_sorting_puts_what_has_no_value_last(saved_run, title, expected):
    found = CheckpointsReader().read(saved_run("calm-owl-1", (0.5, 0.7, None, 0.1)))
    assert steps(ordered(found.saved, title, False)) == expected


def test_sorting_by_accuracy_either_way_has_the_untested_last(found):
    assert steps(ordered(found.saved[:3], "accuracy", False)) == [80, 40, 120]
    assert steps(ordered(found.saved[:3], "accuracy", True)) == [40, 80, 120]


def test_filtering_and_marking_all_that_is_shown(found):
    listing = Listing()
    listing.take(found)
    listing.filter("policy")
    listing.mark_all()
    assert steps(listing.meant(None)) == [120]
    listing.filter("")
    listing.mark_all()
    assert len(listing.marks) == 4
    listing.mark_all()
    assert not listing.marks


def test_marks_stay_over_runs_and_go_with_what_is_gone(saved_run):
    reader = CheckpointsReader()
    first, second = saved_run("first"), saved_run("second", (0.1,))
    listing = Listing()
    listing.take(reader.read(first))
    listing.mark_all()
    listing.take(reader.read(second))
    assert [item.run.name for item in listing.meant(None)] == ["first"] * 3
    (first.checkpoints / "step-00000040" / "manifest.json").unlink()
    listing.take(reader.read(first))
    assert steps(listing.meant(None)) == [120, 80]


def test_only_what_changed_is_read_again(saved_run):
    run, reader = saved_run("calm-owl-1"), CheckpointsReader()
    before = reader.read(run)
    protect_checkpoint(run, "step-00000040", True)
    after = reader.read(run)
    same = [
        old.checkpoint is new.checkpoint for old, new in zip(before.saved, after.saved, strict=True)
    ]
    assert same == [False, True, True]
    assert dict(after.saved[0].kept) == {"protected": "it is protected"}
    assert list(after.saved[1].kept) == ["best"]


def test_runs_are_counted_without_reading_their_manifests(saved_run, session):
    run, reader = saved_run("calm-owl-1"), RunsReader(session.config.runs_dir)
    (run.checkpoints / "step-00000040" / "manifest.json").write_text("{")
    assert [(item.run.name, item.count) for item in reader.read()] == [("calm-owl-1", 3)]


def test_nothing_is_kept_of_runs_that_are_gone(saved_run, session):
    reader = RunsReader(session.config.runs_dir)
    runs = [saved_run(f"calm-owl-{number}") for number in range(3)]
    assert len(reader.read()) == 3
    for run in runs[1:]:
        shutil.rmtree(run.path)
    assert [item.run for item in reader.read()] == runs[:1]
    assert list(reader._known) == ["calm-owl-0"]


def test_why_one_is_kept_has_a_sign_for_each_reason_and_the_word_that_weighs_most():
    text = "".join(part for part, _ in kept_cell({"best": "b", "protected": "p", "in use": "u"}))
    assert text == "★▣● protected"
    assert kept_cell({}) == ()


def test_the_details_say_what_the_manifest_says(saved_run):
    run = saved_run("calm-owl-1", is_sample=True)
    item = CheckpointsReader().read(run).saved[1]
    text = "\n".join(line.plain for line in lines(item, (item.reference, "x@y"), 76))
    assert "test 70.0% on a SAMPLE, loss 1.300000" in text
    assert "next epoch 3 of 4, batch 1" in text
    assert "comes from calm-owl-1@step-00000080 ← x@y" in text
    assert item.checkpoint.manifest.files["w.bin"].sha256 in text
    assert all(line.cell_length <= 76 for line in lines(item, (), 76)[:4])


def test_facts_flow_into_lines():
    found = [line.plain for line in flow([("a", "1"), ("b", "2"), ("c", "x" * 20)], 12)]
    assert found == ["a 1   b 2", "c " + "x" * 20]


def test_a_histogram_shows_every_bin_that_holds_something():
    rows = [line.plain for line in histogram_lines([0, 1, 1000, 500], -0.5, 0.5, 12, 5)]
    assert rows[0] == "      ██"
    assert rows[3] == "   ▁▁ ██ ██"
    assert rows[4].startswith("-0.5") and rows[4].endswith("+0.5")
    assert histogram_lines([], 0, 1, 80, 5) == []
    assert histogram_lines([1] * 20, 0, 1, 10, 5) == []


async def test_keys_sort_filter_and_mark(app, until, saved_run, open_checkpoints):
    saved_run("calm-owl-1", (0.5, 0.7, 0.6))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_checkpoints(pilot, 3)
        table = screen._panel.table
        assert table.key == "calm-owl-1@step-00000120"
        await pilot.press("o")
        assert [key[-3:] for key in table.keys] == ["080", "120", "040"]
        await pilot.press("space", "j", "space")
        assert len(screen.meant) == 2
        await pilot.press("slash")
        await until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press(*"best")
        await until(pilot, lambda: len(table.keys) == 1)
        await pilot.press("enter")
        await until(pilot, lambda: app.focused is table)
        await pilot.press("escape")
        await until(pilot, lambda: len(table.keys) == 3)
        await pilot.press("escape")
        assert len(screen.meant) == 1


async def test_a_live_run_brings_its_checkpoints_by_itself(
    app, until, saved_run, open_checkpoints, session
):
    run = saved_run("calm-owl-1", (0.5,), end="live")
    async with app.run_test(size=(160, 48)) as pilot:
        screen = await open_checkpoints(pilot, 1)
        assert "in use" in screen.meant[0].kept
        other = saved_run("other-run", (0.5, 0.9), age=100)
        for item in other.checkpoints.iterdir():
            item.rename(run.checkpoints / f"new-{item.name}")
        await until(pilot, lambda: len(screen._panel.table.keys) == 3)
        assert screen._panel.table.key == "calm-owl-1@step-00000040"  # the cursor stays
        await until(pilot, lambda: len(screen._runs.table.keys) == 2)


async def test_the_runs_are_beside_and_moving_there_shows_their_checkpoints(
    app, until, saved_run, open_checkpoints
):
    saved_run("newer", (0.5,))
    saved_run("older", (0.1, 0.2), age=100)
    async with app.run_test(size=(60, 20)) as pilot:
        screen = await open_checkpoints(pilot, 1)
        runs = screen._runs.table
        assert not runs.region  # on a small screen one table is seen at a time
        await pilot.press("h")
        await until(pilot, lambda: app.focused is runs and runs.region)
        await pilot.press("j", "enter")
        await until(pilot, lambda: len(screen._panel.table.keys) == 2)
        await until(pilot, lambda: app.focused is screen._panel.table)
        await pilot.press("h", "slash")
        await until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press(*"newer")
        await until(pilot, lambda: runs.keys == ("newer",))
