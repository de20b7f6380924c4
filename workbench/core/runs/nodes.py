"""A machine of a run on several."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Node:
    """This machine among the ``count`` of a run; they meet at ``rendezvous``, ``HOST:PORT``.

    Number 0 makes the run's folder and holds its lock.
    """

    count: int = 1
    index: int = 0
    rendezvous: str = ""
