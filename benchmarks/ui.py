"""What the interface costs while it does nothing and while it watches a run, and how it does
with very long runs.

The interface runs in a terminal of its own (pexpect reads it); a key is
answered when what it opened has been sent. The run is the quickstart preset, started with
the `t` key. Run it with ``python benchmarks/ui.py --data-dir FOLDER``; it needs
pexpect, which is among the development requirements.
"""

import argparse
import contextlib
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

import msgspec
import pexpect
import psutil
from listing import write_run

from workbench.api import events
from workbench.core.runs import RunFolder, is_alive, list_runs
from workbench.core.runs.events import EventReader
from workbench.core.runs.killing import kill_worker
from workbench.tui.run_history import RunHistory
from workbench.tui.widgets.chart.plot import Axes, Dense, draw
from workbench.tui.widgets.chart.series import Series

COLUMNS, ROWS = 120, 36
DEADLINE_S = 60.0
WATCH_S = 10.0
QUIET_S = 0.3
KEYS = 40
RUNS = 1_000
POINTS = LINES = 1_000_000
SPIKE = LINES // 2 + LINES // 1024  # between two of the places that are looked at first


class Terminal:
    """A terminal with the workbench in it. It counts the bytes that it is sent and keeps those
    since the last key, and draws nothing: a terminal written in Python would take more of the
    processor than the interface that it shows."""

    def __init__(self, folder, data_dir):
        (folder / "workbench.toml").write_text(f'runs_dir = "runs"\ndata_dir = "{data_dir}"\n')
        self.bytes = 0
        self._since = bytearray()
        self.process = pexpect.spawn(
            sys.executable,
            ["-m", "workbench"],
            dimensions=(ROWS, COLUMNS),
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            cwd=str(folder),
        )
        self.interface = psutil.Process(self.process.pid)

    def read(self, timeout_s):
        with contextlib.suppress(pexpect.TIMEOUT):
            content = self.process.read_nonblocking(65536, timeout=timeout_s)
            self.bytes += len(content)
            self._since += content

    def send(self, keys):
        self._since.clear()
        self.process.send(keys)

    def wait(self, *words):
        """Seconds until each word, which has one style, was sent since the last key."""
        began, sought = time.perf_counter(), [word.encode() for word in words]
        while not all(word in self._since for word in sought):
            if time.perf_counter() - began > DEADLINE_S:
                sys.exit(f"{words} never came")
            self.read(0.05)
        return time.perf_counter() - began

    def answer_ms(self, keys, *words):
        """Milliseconds from a key to the words."""
        self.send(keys)
        return 1000 * self.wait(*words)

    def settled_ms(self, keys):
        """Milliseconds from a key to the last that is sent for it, where nothing else is sent."""
        self.send(keys)
        began = last = time.perf_counter()
        while not self._since or time.perf_counter() - last < QUIET_S:
            sent = self.bytes
            self.read(0.01)
            if self.bytes > sent:
                last = time.perf_counter()
            if last - began > DEADLINE_S:
                sys.exit(f"nothing came of {keys!r}")
        return 1000 * (last - began)

    def key_times_ms(self):
        """How long the help takes to open, each time."""
        times = []
        for _ in range(KEYS):
            times.append(self.answer_ms("?", "Keys · Train"))
            self.process.send("\x1b")
            self.watch(2 * QUIET_S)
        return times

    def watch(self, for_s=WATCH_S):
        """Processor share of a core, and bytes to the terminal, over some seconds."""
        before, sent, began = self.interface.cpu_times(), self.bytes, time.perf_counter()
        while time.perf_counter() - began < for_s:
            self.read(0.05)
        after, seconds = self.interface.cpu_times(), time.perf_counter() - began
        used = after.user + after.system - before.user - before.system
        return used / seconds, (self.bytes - sent) / seconds

    def report(self, state):
        share, sent = self.watch()
        times = self.key_times_ms()
        memory = self.interface.memory_info().rss / 2**20
        print(
            f"{state}: {share:.1%} of a core, {sent:,.0f} bytes/s to the terminal, key to paint: "
            f"{percentiles(times)}; "
            f"memory {memory:.0f} MiB",
            flush=True,
        )


def percentiles(times_ms):
    ordered = sorted(times_ms)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    return f"p50 {statistics.median(ordered):.0f} ms, p95 {p95:.0f} ms"


def measure_terminal(data_dir):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        terminal = Terminal(folder, data_dir)
        try:
            terminal.wait("to train")
            terminal.read(1.0)
            terminal.report("idle")
            terminal.send("t")
            terminal.wait("running")
            terminal.report("watching a run")
        finally:
            terminal.process.close(force=True)
            for run in list_runs(folder / "runs"):
                if is_alive(run):
                    kill_worker(run)


def measure_runs():
    with tempfile.TemporaryDirectory() as name:
        folder, draw_random = Path(name), random.Random(0)
        (folder / "runs").mkdir()
        for index in range(RUNS):
            write_run(folder / "runs" / f"run-{index:04}", draw_random, 3)
        terminal = Terminal(folder, folder / "data")
        try:
            terminal.wait("Done!")
            terminal.send("2")
            first_s = terminal.wait(f"run-{RUNS - 2:04}")
            terminal.send("G")
            all_s = first_s + terminal.wait("run-0000", "KiB")
            print(
                f"opening {RUNS:,} runs: first rows after {first_s:.2f} s, all after {all_s:.2f} s"
            )
            terminal.watch(1.0)
            for what, keys in (
                ("a row up", "k" * KEYS),
                ("to the first and the last row", "gG" * (KEYS // 2)),
                ("another order", "o" * KEYS),
                ("a letter of a filter", "/run-04"),
            ):
                print(f"{what}: {percentiles([terminal.settled_ms(key) for key in keys])}")
            terminal.send("\x1b")
            share, sent = terminal.watch()
            print(f"the list of {RUNS:,} runs: {share:.1%} of a core, {sent:,.0f} bytes/s")
        finally:
            terminal.process.close(force=True)


def measure_chart():
    draw_random = random.Random(0)
    values = [2.0 + draw_random.random() for _ in range(POINTS)]
    began = time.perf_counter()
    series = Series()
    for start in range(0, POINTS, 50):
        series.extend(values[start : start + 50])
    appended = time.perf_counter()
    for _ in range(10):
        assert draw((Dense(series, "train"),), Axes(POINTS, POINTS / 5), 110, 20)
    took_ms = 100 * (time.perf_counter() - appended)
    print(
        f"chart of {POINTS:,} points: {took_ms:.1f} ms a redraw, {appended - began:.2f} s to fill"
    )


def write_long_run(path):
    """A run of a million lines: a batch each, with a loss line each 100 and a test each 10,000.

    One loss, in the middle, is high: who draws it has read the whole file.
    """
    write_run(path, random.Random(0), 0)
    run = RunFolder(path)
    opening = run.events.read_bytes().splitlines()[:4]
    end = events.RunFinished(
        end="completed", step=0, last_accuracy=0.5, best_accuracy=0.5, elapsed_s=1e5
    )
    draw_random, step = random.Random(0), 0
    with run.events.open("wb") as file:
        for seq in range(LINES):
            if seq < len(opening):
                file.write(opening[seq] + b"\n")
                continue
            if seq == LINES - 1:
                event = end
            elif seq % 10_000 == 0:
                event = events.EpochTested(
                    epoch=seq // 10_000 - 1, step=step, accuracy=seq / LINES, loss=1.2,
                    correct=seq // 100, size=10_000, elapsed_s=1.0, is_best=True,
                )  # fmt: skip
            elif seq % 100 == 0:
                event = events.LossReported(
                    epoch=0, batch=step, step=step, loss=1.2, current=64, size=640_000
                )
            else:
                step += 1
                loss = 5e6 if seq == SPIKE else 1.0 + draw_random.random()
                event = events.BatchesTrained(
                    epoch=seq // 10_000, first_batch=step, losses=(loss,),
                    step=step, current=64, size=640_000, learning_rate=0.001, elapsed_s=0.1,
                )  # fmt: skip
            stamped = msgspec.structs.replace(event, seq=seq, time=1e9 + seq)
            file.write(msgspec.json.encode(stamped) + b"\n")
    return run, step


def measure_long_run():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "runs").mkdir()
        run, steps = write_long_run(folder / "runs" / "long-run-1")
        clock = time.process_time  # whatever else the machine does
        began = clock()
        content = run.events.read_bytes()
        bare_s = clock() - began
        history, decoded_s, before = RunHistory(run), 0.0, clock()
        began = before
        for found in EventReader(run).blocks():
            decoded_s += clock() - before
            history.apply(found)
            before = clock()
        whole_s = clock() - began
        assert len(history.losses) == steps
        print(
            f"event file of {LINES:,} lines ({len(content) / 2**20:.0f} MiB), processor seconds: "
            f"read {bare_s:.2f}, decoded {decoded_s:.2f}, with the curves {whole_s:.2f}"
        )
        terminal = Terminal(folder, folder / "data")
        try:
            terminal.wait("Plan")
            shown_s = terminal.wait("completed")
            curves_s = shown_s + terminal.wait("⣿⣿⣿⣿")
            whole_s = curves_s + terminal.wait("4e+06")
            memory = terminal.interface.memory_info().rss / 2**20
            print(
                f"in the interface, after its first paint: how it stands in {shown_s:.2f} s, the "
                f"curves of 44,000 lines and all tests in {curves_s:.2f} s, of all lines in "
                f"{whole_s:.2f} s; memory {memory:.0f} MiB"
            )
        finally:
            terminal.process.close(force=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split(".", maxsplit=1)[0])
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--only", choices=("terminal", "runs", "chart", "long-run"))
    given = parser.parse_args()
    measures = {
        "terminal": lambda: measure_terminal(given.data_dir.absolute()),
        "runs": measure_runs,
        "chart": measure_chart,
        "long-run": measure_long_run,
    }
    for name, measure in measures.items():
        if given.only in (None, name):
            measure()


if __name__ == "__main__":
    main()
