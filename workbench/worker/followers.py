"""All that follows a run: the hooks of plugins, and the followers that its plan turns on."""

from workbench.api.events import Event
from workbench.core.plan import Plan
from workbench.core.plugins import Registry
from workbench.core.runs import RunFolder
from workbench.worker.event_hooks import EventHooks
from workbench.worker.follower_process import FollowerProcess


class Followers:
    """Tells them of a run's events, and collects what goes wrong with them."""

    def __init__(self, run: RunFolder, plan: Plan, registry: Registry) -> None:
        self._hooks = EventHooks(run.path, registry.manager)
        self._process: FollowerProcess | None = None
        if any(item.is_on for item in plan.followers):
            offset = run.events.stat().st_size if run.events.exists() else 0
            self._process = FollowerProcess(run.path, offset)

    def tell(self, event: Event) -> None:
        """Hand an event on that was written; returns at once."""
        self._hooks.tell(event)

    def problems(self) -> list[str]:
        """What went wrong since this was last asked, as sentences."""
        return self._hooks.problems() + (self._process.problems() if self._process else [])

    def close(self) -> None:
        """Wait a little for all of them to finish."""
        self._hooks.close()
        if self._process is not None:
            self._process.close()
