"""Which actions the Train screen offers, by the state of the open run."""

_LIVE = ("starting", "running")


def is_offered(action: str, state: str | None) -> bool:
    """Whether an action can be done with a run in this state; ``None`` is no run."""
    match action:
        case "pause":
            return state in _LIVE
        case "stop":
            return state in (*_LIVE, "paused")
        case "resume":
            return state in ("paused", "interrupted", "stopped", "failed", "queued")
        case "checkpoint":
            return state in ("running", "paused")
        case "evaluate" | "predict":
            return state not in (None, "starting", "gone")
        case "chart":
            return state is not None
        case "tensors":
            return state not in (None, "starting", "queued", "gone")
        case "steer":
            return state not in (None, "queued", "gone")
    return True
