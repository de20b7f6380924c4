"""Seeing what changed in a folder of runs, to tell it to an interface elsewhere."""

import contextlib
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from workbench.core.hosts.messages import (
    EVENTS,
    LARGEST_FILE,
    FromThere,
    Held,
    Hollow,
    Looked,
    Piece,
    Removed,
)
from workbench.core.hosts.mirror import LOCK, stamp_of_events
from workbench.core.runs import RunFolder, is_alive, list_runs
from workbench.core.runs.lock import is_locked

PLAN = "run.toml"
_COPIED_NAMES = ("queued", "dispatched", "jobs")
_COPIED_SUFFIXES = (".json", ".toml")
_OPEN_FOLDERS = (".trash", ".queue")
"""Of the folders with a dot before their name these are looked into."""
_OF_FILES = (b'"type":"CheckpointSaved"', b'"type":"Evaluated"')
_CHUNK = 256 * 1024
_HOT_S = 10.0

Sent = tuple[FromThere, bytes]


class Scout:
    """Gives what an interface has to be told; ``known`` is what it has already."""

    def __init__(self, runs_dir: Path, known: Mapping[str, tuple[int, int]]) -> None:
        self._runs_dir = runs_dir
        self._known = dict(known)
        self._offsets: dict[str, int] = {}
        self._held: tuple[str, ...] | None = None
        self._hot: dict[RunFolder, float] = {}
        self._sending: set[str] = set()

    def look(self) -> Iterator[Sent]:
        """Everything that changed since the last time, the newest run first."""
        runs, seen = list_runs(self._runs_dir), set[str]()
        yield from self._locks(runs)
        for folder in (*(run.path for run in runs), *self._others()):
            yield from self._folder(folder, seen)
        # The plan first: without it a run is no run, whatever else is still there.
        gone = sorted(self._known.keys() - seen, key=lambda name: not name.endswith(PLAN))
        for name in gone:
            del self._known[name]
            self._offsets.pop(name, None)
            yield Removed(name), b""
        yield Looked(), b""

    def follow(self) -> Iterator[Sent]:
        """The new events of the runs that are live or were lately; cheap."""
        now = time.monotonic()
        for run, until in list(self._hot.items()):
            if now > until:
                del self._hot[run]
            name = f"{run.name}/{EVENTS}"
            if name in self._offsets:  # it was sent whole
                yield from self._events(run.events, name)

    def _locks(self, runs: list[RunFolder]) -> Iterator[Sent]:
        until = time.monotonic() + _HOT_S
        live = [run for run in runs if is_alive(run)]
        self._hot.update(dict.fromkeys(live, until))
        held = tuple(f"{run.name}/{LOCK}" for run in live)
        if is_locked(self._runs_dir / ".queue" / LOCK):
            held = (*held, f".queue/{LOCK}")
        if held != self._held:
            self._held = held
            yield Held(held), b""

    def _others(self) -> Iterator[Path]:
        for name in _OPEN_FOLDERS:
            if (self._runs_dir / name).is_dir():
                yield self._runs_dir / name

    def _folder(self, folder: Path, seen: set[str]) -> Iterator[Sent]:
        """The files of a run: its events first, its plan last, so that it is listed whole."""
        files = sorted(_walk(folder), key=lambda path: (path.name == PLAN, path.name != EVENTS))
        for path in files:
            name = path.relative_to(self._runs_dir).as_posix()
            try:
                yield from self._file(path, name)
            except OSError:  # it went away meanwhile
                continue
            seen.add(name)

    def _files_of(self, folder: Path) -> Iterator[Sent]:
        """What events tell of, so that it is there when they are read."""
        for path in _walk(folder):
            if path.name not in (EVENTS, PLAN):
                with contextlib.suppress(OSError):
                    yield from self._file(path, path.relative_to(self._runs_dir).as_posix())

    def _file(self, path: Path, name: str) -> Iterator[Sent]:
        state = path.stat()
        if path.name == EVENTS:
            if name not in self._offsets:
                self._offsets[name] = self._offset(path, name)
            yield from self._events(path, name)
            return
        stamp = (state.st_size, state.st_mtime_ns)
        known = self._known.get(name)
        is_copied = path.name in _COPIED_NAMES or path.suffix in _COPIED_SUFFIXES
        if is_copied and state.st_size <= LARGEST_FILE:
            if known != stamp:
                content = path.read_bytes()[:LARGEST_FILE]
                self._known[name] = stamp
                yield Piece(name, 0, len(content), state.st_mtime_ns), content
        elif known is None or known[0] != state.st_size:
            self._known[name] = stamp
            yield Hollow(name, state.st_size, state.st_mtime_ns), b""

    def _offset(self, path: Path, name: str) -> int:
        """Up to where the interface has these events: nowhere, if it has those of another run."""
        size, stamp = self._known.get(name, (0, 0))
        self._known[name] = (0, 0)
        if size and path.stat().st_size >= size and stamp_of_events(path, size) == stamp:
            return size
        return -1

    def _events(self, path: Path, name: str) -> Iterator[Sent]:
        """The whole lines that are new."""
        if name in self._sending:  # a look that goes on afterwards is in the middle of it
            return
        self._sending.add(name)
        try:
            state = path.stat()
            at = self._offsets[name]
            if at < 0 or state.st_size < at:
                self._offsets[name] = at = 0
                yield Piece(name, 0, 0, state.st_mtime_ns), b""
            with path.open("rb") as file:
                while lines := _whole_lines(file, at):
                    if any(kind in lines for kind in _OF_FILES):
                        yield from self._files_of(path.parent)
                    yield Piece(name, at, len(lines), state.st_mtime_ns), lines
                    at += len(lines)
                    self._offsets[name] = at
                    self._hot[RunFolder(path.parent)] = time.monotonic() + _HOT_S
        except OSError:  # deleted or renamed meanwhile: the next look tells
            return
        finally:
            self._sending.discard(name)


def _whole_lines(file: BinaryIO, at: int) -> bytes:
    """Some whole lines from a place on; none where none is complete."""
    file.seek(at)
    content = b""
    while chunk := file.read(_CHUNK):
        content += chunk
        whole, newline, _ = content.rpartition(b"\n")
        if newline or len(content) > LARGEST_FILE - _CHUNK:
            return whole + newline
    return b""


def _walk(folder: Path) -> Iterator[Path]:
    """The files below a folder, without locks and what is half written."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.is_symlink():
            continue
        if entry.is_dir():
            if not entry.name.startswith(".") or entry.name in _OPEN_FOLDERS:
                yield from _walk(Path(entry.path))
        elif entry.name != LOCK and not entry.name.startswith("."):
            yield Path(entry.path)
