"""When a worker is to wait for the next run with its framework imported."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.tui.plan_draft import PlanDraft
    from workbench.tui.run_history import RunHistory

_SETTLED_S = 1.5


class Warming:
    """Wants one once a moment after the person did something, or after a run ended."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._touched_at: float | None = None

    def touch(self) -> None:
        """The person is there, or a run has ended."""
        self._touched_at = self._clock()

    def wanted(self, draft: PlanDraft | None, history: RunHistory | None) -> tuple[str, str] | None:
        """The backend's name and what warms it up, if it is time; asked again and again.

        Not while a run is live: the machine is the run's then.
        """
        if self._touched_at is None or self._clock() - self._touched_at < _SETTLED_S:
            return None
        if draft is None or (history is not None and history.overview.is_live):
            return None
        self._touched_at = None
        from workbench.core.plugins.registry import missing_modules

        backend = draft.spec("backend")
        if backend is None or not backend.warm_up or missing_modules(backend):
            return None
        return draft.name("backend"), backend.warm_up
