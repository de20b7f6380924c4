"""For plugin authors: does a plugin keep its contract?

``check_plugin`` is what ``workbench plugins check`` runs; ``workbench.testing.fixtures`` has
it as a pytest fixture.
"""

from workbench.testing.checking import check_plugin
from workbench.testing.report import Finding, Report

__all__ = ["Finding", "Report", "check_plugin"]
