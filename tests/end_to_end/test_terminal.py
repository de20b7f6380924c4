"""The workbench as a person uses it: in a real terminal, by keyboard alone."""

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

import pexpect
import pyte
import pytest

from workbench.core.runs import RunFolder, is_alive, list_runs, overview, read_events
from workbench.core.runs.killing import kill_worker

TINY_PLUGIN = Path(__file__).parents[1] / "fakes" / "tiny_plugin.py"
CONFIG = """
runs_dir = "runs"
data_dir = "data"
default_preset = "tiny"

[presets.tiny]
epochs = 1000
log_every = 10
dataset.name = "tiny"
model.name = "linear"
optimizer.name = "plain"
backend = { name = "tiny", delay_s = 0.01 }
data.batch_size = 16
"""
COLUMNS, ROWS = 120, 36
DEADLINE_S = 60.0


WORKBENCH = [sys.executable, "-m", "workbench", "--plugin", str(TINY_PLUGIN)]


class Terminal:
    """A terminal with the workbench in it, or another program."""

    def __init__(self, command=WORKBENCH):
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self.screen)
        environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self.process = pexpect.spawn(
            command[0],
            list(command[1:]),
            dimensions=(ROWS, COLUMNS),
            env=environment,
            timeout=DEADLINE_S,
            # A hang-up ends it as usual, whatever the tests themselves ignore.
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
        )

    @property
    def text(self):
        return "\n".join(self.screen.display)

    def press(self, key):
        self.process.send(key)

    def sees(self, *words):
        """Wait until all of them are on the screen."""
        self._wait(lambda: all(word in self.text for word in words), f"never saw {words}")

    def waits_for(self, condition):
        """Wait for something outside, and go on drawing meanwhile."""
        self._wait(condition, "it never happened")

    def ends(self):
        """Wait until the workbench is gone."""
        self._wait(lambda: not self.process.isalive(), "it never ended")

    def reads_on(self):
        """Take in what was written before the end."""
        with contextlib.suppress(pexpect.EOF):
            while True:
                self._stream.feed(self.process.read_nonblocking(65536, timeout=DEADLINE_S))

    def _wait(self, condition, complaint):
        deadline = time.monotonic() + DEADLINE_S
        while not condition():
            assert time.monotonic() < deadline, f"{complaint}:\n{self.text}"
            try:
                self._stream.feed(self.process.read_nonblocking(65536, timeout=0.05))
            except (pexpect.TIMEOUT, pexpect.EOF):
                continue


@pytest.fixture
def open_workbench():
    Path("workbench.toml").write_text(CONFIG)
    opened = []

    def start(*command):
        opened.append(Terminal(command or WORKBENCH))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.process.close(force=True)
    for run in list_runs(Path("runs")):
        if is_alive(run):
            kill_worker(run)


def only_run() -> RunFolder:
    (run,) = list_runs(Path("runs"))
    return run


def test_train_pause_predict_quit_and_come_back_to_the_live_run(open_workbench):
    terminal = open_workbench()
    terminal.sees("Press  t  to train", "tiny")
    terminal.press("t")
    terminal.sees("running", "loss: ")
    run = only_run()
    terminal.press("p")
    terminal.sees("paused")
    assert overview(run).state == "paused"
    paused_at = overview(run).step

    terminal.press("r")
    terminal.waits_for(
        lambda: any(
            type(event).__name__ == "SamplesPredicted" and event.epoch is None
            for event in read_events(run)
        )
    )
    terminal.press("q")
    terminal.ends()
    assert is_alive(run)
    assert overview(run).step == paused_at

    again = open_workbench()
    again.sees(run.name, "paused")
    again.press("p")
    again.sees("running")
    again.waits_for(lambda: overview(run).step > paused_at)
    again.press("s")
    again.sees("stopped")
    again.waits_for(lambda: not is_alive(run))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGHUP], ids=["kill -9", "hang-up"])
def test_the_run_does_not_notice_how_the_terminal_ended(open_workbench, how):
    terminal = open_workbench()
    terminal.sees("Press  t  to train")
    terminal.press("t")
    terminal.sees("running", "loss: ")
    run = only_run()
    terminal.process.kill(how)
    terminal.ends()
    reached = overview(run).step

    again = open_workbench()
    again.sees(run.name, "running")
    again.waits_for(lambda: overview(run).step > reached)


def test_two_terminals_steer_the_same_run_and_agree(open_workbench):
    one = open_workbench()
    one.sees("Press  t  to train")
    one.press("t")
    one.sees("running", "loss: ")
    other = open_workbench()
    other.sees(only_run().name, "running")
    other.press("p")
    other.sees("paused")
    one.sees("paused")
    one.press("p")
    one.sees("running")
    other.sees("running")


def test_ctrl_z_goes_to_the_shell_and_fg_comes_back(open_workbench):
    shell = open_workbench("bash", "--norc", "--noprofile", "-i")
    # As make does, something stands between the shell and the workbench.
    shell.press(f"sh -c '{' '.join(WORKBENCH)}; true'\r")
    shell.sees("Press  t  to train")
    shell.press("t")
    shell.sees("running", "loss: ")
    run = only_run()
    shell.press("\x1a")
    shell.sees("Stopped")
    shell.press("echo in the $((1000 + 1))st shell\r")
    shell.sees("in the 1001st shell")
    reached = overview(run).step
    shell.waits_for(lambda: overview(run).step > reached)
    shell.press("fg\r")
    shell.sees(run.name, "running", "t train")
    shell.press("?")
    shell.sees("The keys that hold here.", "esc back")


def test_ctrl_z_without_a_shell_stops_nothing(open_workbench):
    terminal = open_workbench()
    terminal.sees("Press  t  to train")
    terminal.press("\x1a")
    terminal.sees("No shell started the workbench")
    terminal.press("q")
    terminal.ends()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("TERM=dumb {}", "which one of TERM=dumb can't"),
        ("{} < /dev/null", "The interface needs a terminal;"),
        ("set -o pipefail; {} | cat", "The interface needs a terminal;"),
    ],
)
def test_where_no_screen_can_be_drawn_it_ends_with_a_sentence(open_workbench, line, reason):
    terminal = open_workbench("bash", "-c", line.format(" ".join(WORKBENCH)))
    terminal.ends()
    terminal.reads_on()
    assert reason in terminal.text.replace("\n", "")
    assert "`workbench train`" in terminal.text
    assert terminal.process.exitstatus == 2
