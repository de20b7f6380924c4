"""The plugin keeps the workbench's contract: it registers, trains, saves and resumes."""

from pathlib import Path

from workbench.testing import check_plugin

PACKAGE = Path(__file__).parents[1] / "workbench_sklearn"


def test_the_plugin_passes_the_checks(tmp_path):
    report = check_plugin(PACKAGE, data_dir=tmp_path)
    assert report.passed, str(report)
