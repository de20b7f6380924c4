"""What the README and the tutorial show works as it is written."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import workbench.api.hooks as hooks

ROOT = Path(__file__).parents[1]
HOOKS = [name for name in vars(hooks) if name.startswith("workbench_")]
BLOCK = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(line, tmp_path):
    """A command of the documentation, as a shell would run it."""
    words = shlex.split(line)
    if words[:3] == ["pip", "install", "--editable"]:
        install(Path(words[3]), tmp_path / "site")
        return
    assert words[0] == "workbench", line
    paths = os.pathsep.join([str(tmp_path / "site"), str(Path.cwd() / "my-net")])
    done = subprocess.run(
        [sys.executable, "-m", *words],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"


def install(project, site):
    """What pip leaves of an editable install, without a network."""
    table = tomllib.loads((project / "pyproject.toml").read_text())["project"]
    info = site / f"{table['name'].replace('-', '_')}-{table['version']}.dist-info"
    info.mkdir(parents=True)
    info.joinpath("METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {table['name']}\nVersion: {table['version']}\n"
    )
    lines = [f"{name} = {place}" for name, place in table["entry-points"]["workbench"].items()]
    info.joinpath("entry_points.txt").write_text("[workbench]\n" + "\n".join(lines) + "\n")


@pytest.mark.pytorch
def test_the_tutorial(tmp_path):
    pytest.importorskip("torch")
    commands = 0
    for language, name, text in BLOCK.findall((ROOT / "docs" / "plugins.md").read_text()):
        if language == "sh":
            for line in text.splitlines():
                run(line, tmp_path)
                commands += 1
        else:
            Path(name).write_text(text)
    assert commands > 10
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_points.py"]
    assert subprocess.run(tests, check=False).returncode == 0
    written = Path(os.environ["XDG_DATA_HOME"]) / "workbench" / "runs"
    assert list(written.glob("*/accuracy.csv"))


@pytest.mark.pytorch
def test_the_follower_of_the_docs(tmp_path):
    pytest.importorskip("torch")
    section = (ROOT / "docs" / "followers.md").read_text().split("## Writing one")[1]
    (_, name, code), (_, _, commands) = BLOCK.findall(section)
    Path(name).write_text(code)
    for line in commands.splitlines():
        run(line, tmp_path)
    runs = Path(os.environ["XDG_DATA_HOME"]) / "workbench" / "runs"
    (written,) = runs.glob("*/followers/accuracy.txt")
    assert re.fullmatch(r"0: \d+\.\d%\n", written.read_text())


@pytest.mark.pytorch
def test_the_plugin_of_the_readme(tmp_path):
    pytest.importorskip("torch")
    section = (ROOT / "README.md").read_text().split("## A plugin in 20 lines")[1].split("\n## ")[0]
    (_, _, code), (_, _, command) = BLOCK.findall(section)
    assert len([line for line in code.splitlines() if line]) <= 20
    Path("wide.py").write_text(code)
    run(f"{command.strip()} --epochs 1", tmp_path)
    run("workbench plugins check wide.py", tmp_path)


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_is_documented_and_tested(hook):
    assert f"### {hook}\n" in (ROOT / "docs" / "hooks.md").read_text()
    tests = [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]
    assert any(f"def {hook}(" in path.read_text() for path in tests)
