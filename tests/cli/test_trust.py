"""Code that a file names runs only where the person trusts it."""

import json
import sys
from pathlib import Path

import pexpect
import pytest

from workbench.core.config import load_config, trusted_folders

MARK = "from pathlib import Path\nPath({path!r}).write_text('it ran')\n"
TOML = """
runs_dir = "runs"
data_dir = "data"
default_preset = "tiny"
{plugins}

[presets.tiny]
epochs = 1
dataset.name = "tiny"
model.name = "linear"
optimizer.name = "plain"
backend.name = "tiny"
{preset}
"""
TINY = Path(__file__).parents[1] / "fakes" / "tiny_plugin.py"


@pytest.fixture
def stranger(tmp_path, monkeypatch):
    """A folder of someone else with a plugin that leaves a mark where it runs."""
    folder = tmp_path / "stranger"
    folder.mkdir()
    monkeypatch.chdir(folder)
    mark = tmp_path / "mark"
    (folder / "theirs.py").write_text(MARK.format(path=str(mark)) + TINY.read_text())
    write(folder)
    return mark


def write(folder, plugins='plugins = ["theirs.py"]', preset=""):
    (folder / "workbench.toml").write_text(TOML.format(plugins=plugins, preset=preset))


@pytest.mark.parametrize(
    "arguments",
    [["plugins"], ["plugins", "show", "pytorch"], ["models"], ["data", "list"], ["doctor"],
     ["runs"], ["status"]],
)  # fmt: skip
def test_looking_around_runs_nothing(stranger, workbench, arguments):
    workbench(*arguments)
    assert not stranger.exists()


def test_the_plugin_is_shown_as_not_trusted(stranger, workbench):
    (line,) = [x for x in workbench("plugins").stdout.splitlines() if x.startswith("theirs ")]
    assert "not trusted" in line and "`workbench trust`" in line


@pytest.mark.parametrize(
    "arguments", [["train"], ["models", "show", "linear"], ["train", "--queue"]]
)
def test_work_is_refused_with_a_sentence(stranger, refused, arguments):
    folder = Path.cwd()
    assert refused(*arguments) == (
        f"{folder / 'workbench.toml'} names plugins (theirs.py), and nobody has trusted its "
        f"folder: look at them, then run `workbench trust {folder}`."
    )
    assert not stranger.exists()


def test_trust_is_given_once_and_taken_back(stranger, workbench, refused):
    result = workbench("trust")
    assert result.stdout == f"{Path.cwd()} is trusted.\n"
    assert result.stderr == f"From now on it may run {Path.cwd() / 'theirs.py'}.\n"
    assert "was trusted already" in workbench("trust", ".").stdout
    assert str(Path.cwd()) in json.loads(workbench("trust", "--json").stdout)
    workbench("train")
    assert stranger.read_text() == "it ran"
    stranger.unlink()
    assert "is trusted no more" in workbench("trust", "--revoke").stdout
    assert "was not trusted" in workbench("trust", "--revoke").stdout
    assert "nobody has trusted its folder" in refused("train")
    (run,) = Path("runs").iterdir()
    assert "names a plugin" in refused("evaluate", run.name)
    assert not stranger.exists()


def test_a_preset_names_no_code_either(stranger, refused, workbench):
    write(Path.cwd(), plugins="", preset=f'plugins = ["{Path.cwd() / "theirs.py"}"]')
    assert "names plugins (theirs.py), and nobody has" in refused("train")
    assert not stranger.exists()
    workbench("trust")
    workbench("train")
    assert stranger.exists()


def test_a_plan_of_someone_else(stranger, refused, workbench):
    write(Path.cwd(), plugins="")
    plan = Path("PLAN.toml")
    plan.write_text('plugins = ["theirs.py"]\n' + load_toml_of_tiny())
    assert refused("train", plan) == (
        f"PLAN.toml names a plugin, {Path.cwd() / 'theirs.py'}, and nobody has trusted its "
        f"folder: look at the plugin, then run `workbench trust {Path.cwd()}`."
    )
    assert not stranger.exists()
    workbench("--plugin", "theirs.py", "train", plan)
    assert stranger.exists()


def load_toml_of_tiny():
    import tomlkit

    return tomlkit.dumps(load_config().preset("tiny"))


def test_a_run_that_someone_left_in_the_folder(stranger, refused):
    """Their configuration may name the folder of the runs, and a run there a plugin."""
    write(Path.cwd(), plugins="")
    run = Path("runs/left")
    (run / "checkpoints").mkdir(parents=True)
    (run / "run.toml").write_text(
        f'plugins = ["{Path.cwd() / "theirs.py"}"]\n' + load_toml_of_tiny()
    )
    assert "nobody has trusted" in refused("train", run / "run.toml")
    assert "nobody has trusted" in refused("resume", "left")
    assert not stranger.exists()


def test_what_was_given_on_the_command_line_needs_no_trust(stranger, workbench):
    write(Path.cwd(), plugins="")
    workbench("--plugin", "theirs.py", "train", "--name", "own")
    stranger.unlink()
    workbench("evaluate", "own")
    assert stranger.exists()


def test_a_folder_that_is_none(refused):
    assert refused("trust", "gone") == ("gone is not a folder; name the one of the workbench.toml.")


@pytest.mark.parametrize(("answer", "ran"), [("y", True), ("n", False)])
def test_the_interface_asks_first(stranger, answer, ran):
    child = pexpect.spawn(sys.executable, ["-m", "workbench"], timeout=60, dimensions=(24, 80))
    child.expect("Let the plugins of this folder run")
    assert not stranger.exists()
    child.sendline(answer)
    child.expect("ctrl\\+p|palette|Train" if ran else "not loaded")
    child.close(force=True)
    assert (Path.cwd() in trusted_folders()) == ran
