"""What keeps the project small enough to find one's way in."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    path
    for folder in ("workbench", "plugins", "tests", "benchmarks", "docs", "tools", "examples")
    for path in (ROOT / folder).rglob("*.py")
)


def test_there_are_sources():
    assert len(SOURCES) > 100


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_source_file_has_one_idea(path):
    assert len(path.read_text().splitlines()) < 400
    assert path.stem not in ("utils", "helpers", "common", "misc")
