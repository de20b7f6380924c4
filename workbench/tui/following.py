"""Threads that read files and devices, and post what they found."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual.app import App
from textual.message import Message
from textual.worker import get_current_worker

from workbench.api.errors import WorkbenchError
from workbench.tui.finding_again import Identity, found_again, identity

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.api.events import Event
    from workbench.core.devices import DeviceSnapshot
    from workbench.core.runs import EventReader, RunFolder
    from workbench.core.runs.skimming import Skimmed
    from workbench.tui.gathering import Gathering
    from workbench.tui.run_history import RunHistory
    from workbench.tui.session import ReadDevices

_LOCK_POLL_S = 1.0
_EVENTS_AT_ONCE = 400
_SKIMMED_BYTES = 128 * 1024
_ASK_S = 10.0
_DEVICES_POLL_S = 1.0


@dataclass
class RunRead(Message):
    """New events of a run, and whether its worker is alive (``None``: not looked).

    The first ones have its ``past`` instead, and of its events only the newest. ``waiting``
    says what it waits for in a cluster's scheduler (``None``: not asked).
    """

    run: RunFolder
    events: list[Event]
    is_alive: bool | None
    past: RunHistory | None = None
    waiting: str | None = None


@dataclass
class RunMoved(Message):
    """The folder of a run is another one: where it is now, or ``None`` for nowhere."""

    run: RunFolder
    now: RunFolder | None


@dataclass
class DevicesRead(Message):
    """The devices at this moment."""

    snapshot: DeviceSnapshot


def follow_run(app: App[object], run: RunFolder, starting: Set[Path], gathering: Gathering) -> None:
    """Post the events of a run as it is time for them, until the thread worker is cancelled.

    A run in ``starting`` is alive: its worker was started here and may take its time.
    """
    worker, began = get_current_worker(), identity(run)
    try:
        _follow(app, run, began, starting, gathering)
    except OSError:
        if identity(run) == began:  # no more than its events can't be read
            raise
    is_told = False
    while not worker.is_cancelled:
        now = found_again(run, began)
        if now is not None or not is_told:
            app.post_message(RunMoved(run, now))
        if now is not None:
            return
        is_told = True
        time.sleep(_LOCK_POLL_S)


def _follow(
    app: App[object],
    run: RunFolder,
    began: Identity | None,
    starting: Set[Path],
    gathering: Gathering,
) -> None:
    """Follow it until its folder is gone, or another one."""
    from workbench.core.runs import EventReader
    from workbench.core.slurm import may_wait, waiting_words

    worker = get_current_worker()
    reader = EventReader(run)
    for message in _past(run, reader, starting):
        if worker.is_cancelled:
            return
        app.post_message(message)
    looked_at, asked_at, was_queued = -_LOCK_POLL_S, -_ASK_S, False
    while not worker.is_cancelled:
        events = gathering.take(reader.read())
        alive = waiting = None
        if time.monotonic() - looked_at >= _LOCK_POLL_S:
            now = identity(run)
            began = began or now  # the copy of another machine's run may be yet to come
            if now != began:
                return
            alive, looked_at = _is_alive(run, starting), time.monotonic()
            is_due = time.monotonic() - asked_at >= _ASK_S
            if is_due or run.queued.exists() != was_queued:
                was_queued, asked_at = run.queued.exists(), time.monotonic()
                with contextlib.suppress(WorkbenchError):  # asked again later
                    waiting = waiting_words(run) if may_wait(run) else ""
        if events or alive is not None:
            for start in range(0, max(1, len(events)), _EVENTS_AT_ONCE):
                if worker.is_cancelled:
                    return
                part = events[start : start + _EVENTS_AT_ONCE]
                app.post_message(RunRead(run, part, alive, waiting=waiting))
        time.sleep(gathering.pause_s)


def _past(run: RunFolder, reader: EventReader, starting: Set[Path]) -> Iterator[RunRead]:
    """What a run has behind it; of a very long one first how it stands, then roughly, then all.

    It is taken in here, in blocks, so that the screen stays alive meanwhile.
    """
    from workbench.tui.run_control import title_of
    from workbench.tui.run_history import RunHistory

    title = title_of(run)
    for skimmed in _skimmed(run):
        rough = RunHistory(run)
        rough.title = title
        rough.skim(skimmed)
        yield RunRead(run, [], _is_alive(run, starting), rough)
    past, worker = RunHistory(run), get_current_worker()
    past.title = title
    newest: list[Event] = []
    for events in reader.blocks():
        if worker.is_cancelled:
            return
        past.apply(events)
        newest = [*newest, *events][-_EVENTS_AT_ONCE:]
    yield RunRead(run, newest, _is_alive(run, starting), past)


def _is_alive(run: RunFolder, starting: Set[Path]) -> bool:
    """Whether it has a worker, or one that was launched just now and has told nothing yet."""
    from workbench.core.runs import is_alive
    from workbench.core.runs.overview import is_new

    if run.path in starting or is_alive(run):
        return True
    return not run.events.exists() and is_new(run)


def _skimmed(run: RunFolder) -> Iterator[Skimmed]:
    from workbench.api.events import EpochTested
    from workbench.core.runs import events_of
    from workbench.core.runs.skimming import skim_between, skim_ends

    if (ends := skim_ends(run, _SKIMMED_BYTES)) is not None:
        yield ends
        if between := skim_between(run):
            yield replace(ends, between=between, tests=list(events_of(run, EpochTested)))


def watch_devices(app: App[object], read: ReadDevices, is_left: threading.Event) -> None:
    """Post what the devices do each second, until the application is left."""
    snapshot = None
    while not is_left.is_set():
        snapshot = read(snapshot)
        app.post_message(DevicesRead(snapshot))
        is_left.wait(_DEVICES_POLL_S)
