import pytest

from workbench.core.runs import RunFolder


@pytest.fixture
def run(tmp_path):
    """A run's folder with nothing in it."""
    folder = RunFolder(tmp_path / "run")
    folder.path.mkdir()
    return folder
