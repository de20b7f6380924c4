import subprocess
from pathlib import Path

import platformdirs
import pytest

from workbench.cli.plugins import installing
from workbench.core.files import read_toml


def state(workbench, name, *before):
    lines = workbench(*before, "plugins", "list").stdout.splitlines()
    (line,) = [line for line in lines if line.startswith(f"{name} ")]
    return line.split()[1]


def test_a_plugin_is_disabled_and_enabled_and_comments_stay(workbench):
    path = Path("workbench.toml")
    path.write_text("# Mine.\n" + path.read_text() + "# The end.\n")
    before = path.read_text()
    assert workbench("plugins", "disable", "keras").stdout == (
        f"keras is disabled in {path.absolute()}.\n"
    )
    assert state(workbench, "keras") == "disabled"
    assert path.read_text().startswith("# Mine.\n") and path.read_text().endswith("# The end.\n")
    assert read_toml(path)["presets"]["tiny"]["epochs"] == 2
    assert workbench("plugins", "disable", "keras").stdout == "keras is disabled already.\n"
    workbench("plugins", "enable", "keras")
    assert state(workbench, "keras") == "loaded"
    assert set(before.splitlines()) <= set(path.read_text().splitlines())


def test_without_a_file_one_is_made(workbench):
    Path("workbench.toml").unlink()
    workbench("plugins", "disable", "pytorch")
    made = Path(platformdirs.user_config_path("workbench")) / "workbench.toml"
    assert read_toml(made) == {"disabled_plugins": ["pytorch"]}
    assert state(workbench, "pytorch") == "disabled"


def test_it_works_for_a_broken_plugin(workbench):
    path = Path("workbench.toml")
    Path("broken.py").write_text("1 / 0")
    path.write_text('plugins = ["broken.py"]\ndisabled_plugins = ["keras"] # slow\n')
    assert state(workbench, "broken") == "broken"
    workbench("plugins", "disable", "broken")
    assert state(workbench, "broken") == "disabled"
    assert 'disabled_plugins = ["keras", "broken"] # slow' in path.read_text()


def test_an_unknown_plugin(refused):
    assert refused("plugins", "disable", "kers") == (
        'There is no plugin "kers". Did you mean "keras"?'
    )


def test_a_plugin_is_blocked_for_one_command(workbench):
    assert state(workbench, "keras", "--no-plugin", "keras") == "disabled"
    assert state(workbench, "keras") == "loaded"


@pytest.fixture
def pip(monkeypatch):
    """What pip would have been called with."""
    calls = []

    def run(command, check):
        calls.append(command[1:])
        return subprocess.CompletedProcess(command, 1 if "gone" in command else 0)

    monkeypatch.setattr(installing.subprocess, "run", run)
    return calls


def test_pip_is_shown_before_it_runs(workbench, refused, pip):
    result = workbench("plugins", "install", "some", code=1)
    assert "-m pip install some\n" in result.stderr and "Run this?" in result.stderr
    assert pip == []
    result = workbench("plugins", "install", "--yes", "some")
    assert "No new plugin came with that" in result.stderr
    assert pip == [["-m", "pip", "install", "some"]]
    assert "pip ended with status 1" in refused("plugins", "install", "-y", "gone", code=1)


def test_what_pip_is_not_asked_to_do(refused, pip):
    assert "is an option and no package" in refused("plugins", "install", "--", "--pre")
    assert refused("plugins", "uninstall", "keras") == (
        "keras comes with the workbench; `workbench plugins disable keras` leaves it out."
    )
    assert "One that is a file is loaded by" in refused("plugins", "uninstall", "tiny-plugin")
    assert pip == []


def test_a_folder_is_installed_and_not_a_package_of_its_name(workbench, pip):
    Path("mine").mkdir()
    workbench("plugins", "install", "--yes", "mine")
    assert pip == [["-m", "pip", "install", str(Path("mine").absolute())]]
