import gc

import pytest

from workbench.tui import garbage
from workbench.tui.garbage import Garbage


@pytest.fixture
def collected(monkeypatch):
    """How often all was collected."""
    done = []
    monkeypatch.setattr(garbage.gc, "collect", lambda: done.append(1))
    monkeypatch.setattr(garbage.gc, "get_count", lambda: (0, 0, 50))
    return done


def test_it_waits_until_nobody_was_at_the_keys_lately(collected, monkeypatch):
    now = 100.0
    monkeypatch.setattr(garbage.time, "monotonic", lambda: now)
    kept = Garbage()
    kept.touched()
    now = 101.0
    kept.tidy()
    assert not collected
    now = 103.0
    kept.tidy()
    assert collected


def test_nothing_is_done_where_little_came(collected, monkeypatch):
    monkeypatch.setattr(garbage.gc, "get_count", lambda: (700, 9, 3))
    Garbage().tidy()
    assert not collected


async def test_whole_collections_are_ours_until_the_end(app, until):
    before = gc.get_threshold()
    async with app.run_test() as pilot:
        await until(pilot, lambda: gc.get_threshold() == (*before[:2], 1_000))
        assert gc.isenabled() and gc.get_freeze_count()
    assert gc.isenabled() and gc.get_threshold() == before
    assert not gc.get_freeze_count()
