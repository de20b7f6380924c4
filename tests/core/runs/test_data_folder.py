from dataclasses import replace

import pytest

from workbench.api.events import DataPrepared, RunStarted
from workbench.core.config import load_config
from workbench.core.runs import EventWriter, RunFolder, data_dir_of


@pytest.fixture
def run(tmp_path):
    folder = RunFolder(tmp_path / "run")
    folder.path.mkdir()
    return folder


@pytest.fixture
def config(tmp_path):
    return replace(load_config(start=tmp_path), data_dir=tmp_path / "configured")


def began_with(run, *folders):
    writer = EventWriter(run)
    for folder in folders:
        writer.write(RunStarted(pid=1, host="", workbench="", python="", versions={}))
        writer.write(
            DataPrepared(
                dataset="d", source="s", is_sample=False, classes=(), sizes={}, data_dir=str(folder)
            )
        )
    writer.close()


def test_a_run_that_has_not_begun_has_the_configured_one(run, config):
    assert data_dir_of(run, config) == config.data_dir
    began_with(run)
    assert data_dir_of(run, config) == config.data_dir


def test_it_is_the_one_that_the_run_began_with(run, config, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    began_with(run, first, second)
    assert data_dir_of(run, config) == first


def test_one_that_is_gone_gives_way_to_the_configured_one(run, config, tmp_path):
    began_with(run, tmp_path / "gone")
    assert data_dir_of(run, config) == config.data_dir


def test_one_that_is_named_now_goes_before_all(run, tmp_path):
    first = tmp_path / "first"
    first.mkdir()
    began_with(run, first)
    named = load_config(start=tmp_path, data_dir=tmp_path / "named")
    assert data_dir_of(run, named) == tmp_path / "named"
