"""A run as one HTML file that needs nothing else: no network, no scripts, no other files."""

from workbench.core.report.gathering import RunReport, gather
from workbench.core.report.page import render

__all__ = ["RunReport", "gather", "render"]
