"""What a person sees of the way from a dataset's name to its files."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """A step is at work; ``total_bytes`` is 0 where it isn't known."""

    step: str
    message: str
    done_bytes: int = 0
    total_bytes: int = 0


@dataclass(frozen=True)
class Attempt:
    """A step that did not give the dataset, and why, in words that follow a colon."""

    step: str
    reason: str


OnProgress = Callable[[Progress], None]


def ignore(progress: Progress) -> None:
    """For a caller that shows no progress."""


def described(attempts: tuple[Attempt, ...]) -> str:
    """The attempts in a line."""
    return "; ".join(f"{attempt.step}: {attempt.reason}" for attempt in attempts)
