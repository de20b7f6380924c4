"""Fixtures for a plugin's own tests: ``from workbench.testing.fixtures import *``."""

from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.testing.checking import check_plugin

__all__ = ["plugin_passes"]


@pytest.fixture
def plugin_passes(tmp_path: Path) -> Callable[[str | Path], None]:
    """Call it with a plugin's name or path; the test fails with what is to change."""

    def check(plugin: str | Path) -> None:
        report = check_plugin(plugin, data_dir=tmp_path)
        if not report.passed:
            pytest.fail(str(report), pytrace=False)

    return check
