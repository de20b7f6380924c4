"""The form in which a plan is put together."""

from workbench.tui.screens.train.plan.panel import PlanPanel

__all__ = ["PlanPanel"]
