import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from workbench.cli.main import COMMANDS, cli

HEAVY = ("textual", "msgspec", "psutil", "torch", "tensorflow", "numpy", "workbench.core")


def test_help_lists_every_command_and_imports_none():
    code = (
        "import sys; from workbench.cli.main import cli\n"
        "try: cli(['--help'])\n"
        "except SystemExit as end: print(end.code, *sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    status, *modules = done.stderr.split()
    assert status == "0"
    assert all(f"  {name} " in done.stdout for name in COMMANDS)
    loaded = [name for name in modules if name.startswith(HEAVY)]
    assert loaded == []


@pytest.mark.parametrize("name", COMMANDS)
def test_what_the_help_says_is_what_the_command_says(name):
    command = cli.get_command(click.Context(cli), name)
    assert command.name == name
    assert command.help.split("\n\n")[0] == COMMANDS[name]


def test_version(workbench):
    from workbench import __version__

    assert workbench("--version").stdout == f"workbench, version {__version__}\n"


def test_an_unknown_command_names_the_nearest(refused):
    assert refused("trian") == 'There is no command "trian". Did you mean "train"?'


def test_without_a_terminal_the_interface_says_so(refused):
    assert refused() == (
        "The interface needs a terminal; "
        "`workbench train` and the other commands of `workbench --help` need none."
    )


def test_a_fault_is_one_sentence_and_with_debug_a_traceback(refused, workbench, monkeypatch):
    from workbench.cli.session import Session

    def broken(self, **folders):
        raise ZeroDivisionError("so\x1b[31m it is")

    monkeypatch.setattr(Session, "config", broken)
    assert refused("runs", code=1) == (
        "ZeroDivisionError: so\\x1b[31m it is (a fault of the workbench; "
        "`workbench --debug ...` shows the traceback)"
    )
    stderr = workbench("--debug", "runs", code=1).stderr
    assert stderr.startswith("Traceback (most recent call last):\n")
    assert stderr.splitlines()[-1].startswith("Error: ZeroDivisionError: so")
    assert "\x1b" not in stderr


@pytest.mark.parametrize("arguments", [("runs", "--json"), ("--help",)])
def test_a_reader_that_left_is_no_fault_of_the_workbench(arguments):
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "workbench", *arguments]
    result = subprocess.run(command, stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert (result.returncode, result.stderr) == (1, b"")


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="needs /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", [("runs",), ("runs", "--json"), ("--help",)])
def test_a_full_disk_under_the_output_is_no_fault_of_the_workbench(
    monkeypatch, unbuffered, arguments
):
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "workbench", *arguments], stdout=full, stderr=subprocess.PIPE
        )
    assert result.returncode == 2
    assert result.stderr.decode() == (
        "Error: The disk that the output goes to is full; free some space, then try again.\n"
    )


def test_nothing_from_outside_reaches_the_terminal_unescaped(workbench):
    evil = Path("ev\x1b]0;il\x07.toml")
    evil.write_text("a = = 1")
    result = workbench("train", evil, code=2)
    assert "\x1b" not in result.output and "\x07" not in result.output
    assert "ev\\x1b]0;il\\x07.toml is not valid TOML" in result.stderr


def test_a_closed_pipe_is_no_traceback():
    command = f"{sys.executable} -m workbench plugins show pytorch | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert done.stdout.startswith("pytorch ")
    assert "Traceback" not in done.stderr and "Error" not in done.stderr


@pytest.mark.parametrize("toml", ["runs_dir = 5", "colour = 1", "presets = 1", "runs_dir = "])
def test_a_wrong_configuration_names_its_file(refused, toml):
    Path("workbench.toml").write_text(toml)
    assert str(Path("workbench.toml").absolute()) in refused("runs")


def test_json_is_the_only_thing_on_standard_output(trained_run, workbench, runs_dir):
    trained_run("one")
    for arguments in (
        ("runs",),
        ("status",),
        ("status", "one"),
        ("checkpoints", "one"),
        ("evaluate", "one"),
        ("predict", "one"),
        ("plugins",),
        ("plugins", "show", "tiny"),
        ("models",),
        ("models", "show", "linear"),
        ("devices",),
        ("doctor",),
        ("data", "list"),
    ):
        json.loads(workbench(*arguments, "--json").stdout)
