"""Sweeps: queues of runs whose plans differ in chosen keys."""

from workbench.core.sweeps.drawing import METHODS, Method, draw, grid, require_method
from workbench.core.sweeps.members import (
    Member,
    create_member,
    find_sweep,
    member_plan,
    read_member,
    require_free,
)
from workbench.core.sweeps.space import Choices, Dimension, Range, Values, parse_overs

__all__ = [
    "METHODS",
    "Choices",
    "Dimension",
    "Member",
    "Method",
    "Range",
    "Values",
    "create_member",
    "draw",
    "find_sweep",
    "grid",
    "member_plan",
    "parse_overs",
    "read_member",
    "require_free",
    "require_method",
]
