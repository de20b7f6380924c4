import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from workbench.api import ArraySplit, DatasetSpec, UserError, WorkbenchError
from workbench.core.data import fetch, load_splits, obtaining, status
from workbench.core.data.lock import fetch_lock
from workbench.core.data.stamp import FILE_NAME, Stamp
from workbench.core.data.steps import Limits


def reasons(attempts):
    return {attempt.step: attempt.reason for attempt in attempts}


def test_the_download_fills_the_data_folder(small, data_dir, downloads):
    spec = small.with_source(download=downloads.copy)
    seen = []
    loaded = load_splits(spec, None, data_dir, on_progress=seen.append)
    assert (loaded.source, loaded.is_sample, loaded.sizes) == (
        "official download",
        False,
        small.COUNTS,
    )
    assert ("official download", "trying") in {(step.step, step.message) for step in seen}
    assert load_splits(spec, None, data_dir).source == "official download"
    assert downloads.calls() == 1
    assert status(spec, data_dir).source == "official download"


def test_a_download_may_leave_kerass_file(small, data_dir, downloads, tmp_path, monkeypatch):
    small.write_npz(tmp_path / "keras" / "small.npz")
    monkeypatch.setenv("FAKE_FILES", str(tmp_path / "keras"))
    fetched = fetch(small.with_source(download=downloads.copy), data_dir)
    assert fetched.source == "official download"


def test_the_sample_comes_last_with_each_reason(small, data_dir, downloads, sample_package):
    spec = small.with_source(download=downloads.fail, sample=sample_package)
    loaded = load_splits(spec, None, data_dir)
    assert (loaded.is_sample, loaded.source) == (True, "embedded sample")
    assert loaded.sizes == {"train": 4, "test": 2}
    assert reasons(loaded.attempts) == {"official download": "RuntimeError: no route to �[31mhost"}
    assert status(spec, data_dir).state == "sample"


def test_a_failed_attempt_is_remembered_for_an_hour(small, data_dir, downloads, sample_package):
    spec = small.with_source(download=downloads.fail, sample=sample_package)
    for _ in range(3):
        loaded = load_splits(spec, None, data_dir)
    assert downloads.calls() == 1
    assert "`workbench data fetch small` tries again" in loaded.attempts[0].reason
    stamp = data_dir / "Small" / FILE_NAME
    stamp.write_bytes(msgspec.json.encode(Stamp(time.time() - 70)))
    attempts = load_splits(spec, None, data_dir).attempts
    assert attempts[0].reason.startswith("not tried, it failed 1:1")  # so many minutes and seconds
    stamp.write_bytes(msgspec.json.encode(Stamp(time.time() - 3601)))
    load_splits(spec, None, data_dir)
    assert downloads.calls() == 2


def test_a_stamp_from_the_future_or_damaged_is_ignored(small, data_dir, downloads, sample_package):
    spec = small.with_source(download=downloads.fail, sample=sample_package)
    load_splits(spec, None, data_dir)
    stamp = data_dir / "Small" / FILE_NAME
    for calls, content in ((2, json.dumps({"time": time.time() + 9999})), (3, "junk")):
        stamp.write_text(content)
        load_splits(spec, None, data_dir)
        assert downloads.calls() == calls


def test_a_fetch_tries_again_and_forgets_the_failure(small, data_dir, downloads, sample_package):
    spec = small.with_source(download=downloads.fail, sample=sample_package)
    load_splits(spec, None, data_dir)
    with pytest.raises(UserError, match="official download: RuntimeError: no route"):
        fetch(spec, data_dir)
    assert downloads.calls() == 2
    fetched = fetch(small.with_source(download=downloads.copy), data_dir)
    assert fetched.source == "official download"
    assert not (data_dir / "Small" / FILE_NAME).exists()


def test_offline_no_step_uses_the_network(small, data_dir, downloads, sample_package, monkeypatch):
    monkeypatch.setenv("WORKBENCH_OFFLINE", "1")
    spec = small.with_source(download=downloads.copy, sample=sample_package)
    loaded = load_splits(spec, None, data_dir)
    assert loaded.is_sample
    assert loaded.attempts[0].reason == "not tried, WORKBENCH_OFFLINE is set"
    with pytest.raises(UserError, match="WORKBENCH_OFFLINE is set"):
        fetch(spec, data_dir)
    assert downloads.calls() == 0
    monkeypatch.delenv("WORKBENCH_OFFLINE")
    assert not load_splits(spec, None, data_dir).is_sample  # nothing had failed


def test_without_fetch_nothing_is_tried_and_nothing_is_written(
    small, data_dir, downloads, sample_package
):
    spec = small.with_source(download=downloads.copy, sample=sample_package)
    assert load_splits(spec, None, data_dir, fetch=False).is_sample
    assert downloads.calls() == 0
    assert not data_dir.exists()


def test_a_download_that_brings_wrong_files_is_not_kept(
    small, data_dir, downloads, tmp_path, monkeypatch
):
    small.write_files(tmp_path / "wrong" / "Small" / "raw", contents=small.make_contents(seed=1))
    monkeypatch.setenv("FAKE_FILES", str(tmp_path / "wrong"))
    with pytest.raises(UserError, match="official download: train-images is not the file of small"):
        fetch(small.with_source(download=downloads.copy), data_dir)
    assert not (data_dir / "Small" / "raw").exists()


def test_a_download_that_brings_nothing_says_what_is_missing(small, data_dir, downloads):
    with pytest.raises(UserError, match="official download: it has no train-images and no"):
        fetch(small.with_source(download=downloads.nothing), data_dir)


def test_a_download_that_hangs_is_ended(small, data_dir, downloads, sample_package, monkeypatch):
    monkeypatch.setattr(obtaining, "AUTOMATIC", Limits(total_s=1, network_s=1))
    spec = small.with_source(download=downloads.hang, sample=sample_package)
    loaded = load_splits(spec, None, data_dir)
    assert reasons(loaded.attempts) == {"official download": "it took longer than 1 s"}
    assert not list((data_dir / "Small").glob(".workbench-staging-*"))


def test_a_silent_server_is_given_up(small, data_dir, downloads, sample_package, monkeypatch):
    monkeypatch.setattr(obtaining, "AUTOMATIC", Limits(total_s=60, network_s=0.2))
    spec = small.with_source(download=downloads.from_address, sample=sample_package)
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("FAKE_ADDRESS", f"http://127.0.0.1:{server.getsockname()[1]}/")
        loaded = load_splits(spec, None, data_dir)
    assert reasons(loaded.attempts) == {"official download": "TimeoutError: timed out"}


def test_a_fetch_that_is_given_up_leaves_nothing(small, data_dir, downloads):
    class GivenUpError(Exception):
        pass

    def give_up(progress):
        if progress.done_bytes == 5:
            raise GivenUpError

    with pytest.raises(GivenUpError):
        fetch(small.with_source(download=downloads.hang), data_dir, on_progress=give_up)
    assert [path.name for path in (data_dir / "Small").iterdir()] in (
        [".workbench-lock"],
        [],
    )


def test_a_missing_framework_is_a_reason(small, data_dir, downloads):
    with pytest.raises(UserError, match="ModuleNotFoundError: No module named 'not_there'"):
        fetch(small.with_source(download="not_there:download"), data_dir)


def test_a_lambda_cannot_be_a_download(small, data_dir, downloads):
    with pytest.raises(UserError, match="not a function of a module"):
        fetch(small.with_source(download=lambda folder: None), data_dir)


def test_a_fetch_replaces_wrong_files(small, data_dir, downloads):
    small.write_files(data_dir / "Small" / "raw", contents=small.make_contents(seed=1))
    spec = small.with_source(download=downloads.copy)
    fetched = fetch(spec, data_dir)
    assert fetched.attempts[0].step == "data folder"
    assert load_splits(spec, None, data_dir).sizes == small.COUNTS


def test_a_fetch_of_what_is_there_takes_nothing(small, data_dir, downloads):
    small.write_files(data_dir)
    assert fetch(small.with_source(download=downloads.copy), data_dir).source == "data folder"
    assert downloads.calls() == 0


def test_a_data_folder_that_cannot_be_made_costs_a_run_the_full_dataset_only(
    small, tmp_path, downloads, sample_package
):
    (tmp_path / "file").write_text("")
    spec = small.with_source(download=downloads.copy, sample=sample_package)
    loaded = load_splits(spec, None, tmp_path / "file" / "data")
    assert loaded.is_sample
    assert "can't be made" in loaded.attempts[0].reason
    with pytest.raises(UserError, match="can't be made"):
        fetch(spec, tmp_path / "file" / "data")


def test_without_a_sample_there_is_an_error_with_the_reasons(small, data_dir, downloads):
    with pytest.raises(UserError, match=r"could not be obtained \(official download: RuntimeError"):
        load_splits(small.with_source(download=downloads.fail), None, data_dir)
    assert status(small.SPEC, data_dir).state == "missing"


def test_a_run_does_not_wait_for_a_fetch_that_takes_long(
    small, data_dir, downloads, sample_package, monkeypatch
):
    monkeypatch.setattr(obtaining, "AUTOMATIC", Limits(total_s=0.3, network_s=1))
    spec = small.with_source(download=downloads.copy, sample=sample_package)
    with fetch_lock(spec.source, data_dir, lambda _: None):
        loaded = load_splits(spec, None, data_dir)
    assert loaded.is_sample
    assert "Another process has been filling" in loaded.attempts[0].reason


FETCH_SCRIPT = """
import sys
from pathlib import Path
sys.path[:0] = [{fakes!r}, {here!r}]
import conftest, downloads
from workbench.core.data import fetch
print(fetch(conftest.with_source(download="downloads:copy"), Path({data_dir!r})).source)
"""


def test_two_fetches_at_once_download_once(small, data_dir, downloads, tmp_path):
    here = str(Path(__file__).parent)
    fakes = str(Path(downloads.__file__).parent)
    script = tmp_path / "fetch.py"
    script.write_text(FETCH_SCRIPT.format(fakes=fakes, here=here, data_dir=str(data_dir)))
    env = {**os.environ, "PYTHONPATH": fakes}
    running = [
        subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, env=env)
        for _ in range(3)
    ]
    printed = [process.communicate(timeout=60)[0].decode().strip() for process in running]
    assert printed == ["official download"] * 3
    assert downloads.calls() == 1
    assert load_splits(small.SPEC, None, data_dir).sizes == small.COUNTS


def test_after_a_killed_fetch_the_next_one_sweeps_and_succeeds(
    small, data_dir, downloads, tmp_path, wait_for
):
    here = str(Path(__file__).parent)
    fakes = str(Path(downloads.__file__).parent)
    script = tmp_path / "fetch.py"
    code = FETCH_SCRIPT.format(fakes=fakes, here=here, data_dir=str(data_dir))
    script.write_text(code.replace("downloads:copy", "downloads:hang"))
    env = {**os.environ, "PYTHONPATH": fakes}
    process = subprocess.Popen([sys.executable, script], env=env, start_new_session=True)
    staged = wait_for(lambda: list(data_dir.glob("Small/.workbench-staging-*/part")))
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert staged[0].parent.exists()
    fetch(small.with_source(download=downloads.copy), data_dir)
    assert not staged[0].parent.exists()
    os.kill(int((tmp_path / "calls.pid").read_text()), signal.SIGKILL)


def made(load, **changes):
    spec = DatasetSpec(
        name="made",
        title="Made",
        description="",
        kind="vector",
        shape=(1,),
        dtype="float32",
        classes=("a",),
        sizes={"train": 1, "test": 1},
        load=load,
    )
    return replace(spec, **changes)


def test_a_dataset_of_a_plugin_is_loaded_by_its_load(data_dir):
    split = ArraySplit([[1.0]], [0])
    loaded = load_splits(
        made(lambda options: {"train": split, "test": split, "extra": split}), "options", data_dir
    )
    assert (loaded.is_sample, loaded.sizes) == (False, {"train": 1, "test": 1, "extra": 1})
    assert status(made(print), data_dir).state == "made"
    with pytest.raises(UserError, match="made is made by its plugin"):
        fetch(made(print), data_dir)


@pytest.mark.parametrize(
    "returned", [None, {"train": ArraySplit([], [])}, {"train": 3, "test": 4}, [1, 2]]
)
def test_a_load_that_returns_something_else_is_its_authors_fault(data_dir, returned):
    with pytest.raises(WorkbenchError, match="tell its author"):
        load_splits(made(lambda options: returned), None, data_dir)
