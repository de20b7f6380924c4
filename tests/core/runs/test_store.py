import threading

import pytest

from workbench.api import UserError
from workbench.core.runs import RunFolder, RunLock, create_run, find_run, is_alive, list_runs, store
from workbench.core.runs.names import new_name
from workbench.core.runs.title import plan_title


@pytest.fixture
def runs(tmp_path, tiny_plan):
    """Makes runs of these names, oldest first."""
    import os

    def make(*names):
        for index, name in enumerate(names):
            run = create_run(tmp_path / "runs", tiny_plan(), name)
            os.utime(run.plan, (index, index))
        return tmp_path / "runs"

    return make


def test_a_run_has_a_name_of_its_own(tmp_path, tiny_plan):
    found = {create_run(tmp_path / "runs", tiny_plan()).name for _ in range(20)}
    assert len(found) == 20
    assert all(len(name.split("-")) == 3 for name in found)
    assert new_name(frozenset()) != ""


def test_runs_are_listed_newest_first_and_other_things_not(runs):
    folder = runs("b", "a", "c")
    (folder / "notes.txt").write_text("")
    (folder / "empty").mkdir()
    assert [run.name for run in list_runs(folder)] == ["c", "a", "b"]
    assert list_runs(folder / "gone") == []


def test_a_run_is_found_by_name_beginning_path_or_as_the_latest(runs):
    folder = runs("quiet-otter-1", "quiet-otter-12", "bold-elm-3")
    for text, name in (
        ("quiet-otter-1", "quiet-otter-1"),
        ("quiet-otter-12", "quiet-otter-12"),
        ("bold", "bold-elm-3"),
        ("latest", "bold-elm-3"),
        (str(folder / "quiet-otter-1"), "quiet-otter-1"),
    ):
        assert find_run(folder, text) == RunFolder(folder / name)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("quiet", 'Several runs begin with "quiet": '),
        ("bold-elm-4", 'There is no run "bold-elm-4". Did you mean "bold-elm-3"?'),
        ("quiet-otter-1/../nothing", 'There is no run "quiet-otter-1/../nothing".'),
    ],
)
def test_a_run_that_is_not_there(runs, text, sentence):
    folder = runs("quiet-otter-1", "quiet-otter-2", "bold-elm-3")
    with pytest.raises(UserError) as refusal:
        find_run(folder, text)
    assert sentence in str(refusal.value)


def test_there_are_no_runs_yet(tmp_path):
    with pytest.raises(UserError, match="has no runs yet"):
        find_run(tmp_path / "runs", "latest")


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../a", "a b", "-a", "é", "a\n", "a" * 101])
def test_a_name_that_can_be_no_folder(tmp_path, tiny_plan, name):
    with pytest.raises(UserError, match="is no name for a run"):
        create_run(tmp_path / "runs", tiny_plan(), name)
    assert not (tmp_path / "runs").exists()


def test_two_of_a_name(tmp_path, tiny_plan):
    create_run(tmp_path / "runs", tiny_plan(), "a")
    with pytest.raises(UserError, match='There is a run "a" already; choose another name'):
        create_run(tmp_path / "runs", tiny_plan(), "a")


def test_a_folder_that_can_not_be_made(tmp_path, tiny_plan):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match=r"runs folder .* can't be made \(Not a directory\)"):
        create_run(tmp_path / "file" / "runs", tiny_plan())


def test_a_runs_title(tmp_path, tiny_plan):
    run = create_run(tmp_path / "runs", tiny_plan(), "a")
    assert plan_title(run) == tiny_plan().title
    run.plan.write_text("dataset = 5\nmodel.name = 'x'")
    assert plan_title(run) == "x"
    run.plan.write_text("= 5")
    assert plan_title(run) == ""


def test_one_worker_holds_a_run(tmp_path, monkeypatch):
    run = RunFolder(tmp_path)
    assert not is_alive(run)
    monkeypatch.setattr("workbench.core.runs.lock._WAIT_S", 0.01)
    with RunLock(run):
        assert is_alive(run)
        with pytest.raises(UserError, match="has a worker already"), RunLock(run):
            pass
        assert is_alive(run)
    assert not is_alive(run)


def test_those_who_look_never_take_each_other_for_a_worker(tmp_path):
    run = RunFolder(tmp_path)
    with RunLock(run):
        pass
    seen = []

    def look():
        seen.extend(is_alive(run) for _ in range(2000))

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8000
    assert not any(seen)


@pytest.mark.parametrize("name", ["~nobody-of-this-name/x", "~nobody-of-this-name", "a" * 300])
def test_a_name_that_can_be_no_path_is_a_sentence(runs, name):
    with pytest.raises(UserError, match="There is no run"):
        find_run(runs("one"), name)


def test_a_run_whose_plan_can_not_be_written_leaves_its_name_free(tmp_path, tiny_plan, monkeypatch):
    def full(path, content):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(store, "write_atomic", full)
        with pytest.raises(UserError, match="No space left"):
            create_run(tmp_path / "runs", tiny_plan(), "one")
    assert create_run(tmp_path / "runs", tiny_plan(), "one").plan.is_file()
