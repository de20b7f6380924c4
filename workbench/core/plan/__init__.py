"""The plan of a run: what to train on what, with which settings."""

from workbench.core.plan.checking import check_fit, check_plan
from workbench.core.plan.composing import compose, find_option, nest, parse_assignment
from workbench.core.plan.followers import Following, check_followers
from workbench.core.plan.plan import Choice, Plan
from workbench.core.plan.toml import plan_document, plan_toml

__all__ = [
    "Choice",
    "Following",
    "Plan",
    "check_fit",
    "check_followers",
    "check_plan",
    "compose",
    "find_option",
    "nest",
    "parse_assignment",
    "plan_document",
    "plan_toml",
]
