"""The generated pages are those of the code."""

import importlib.util
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"


@pytest.mark.parametrize("name", ["cli.md", "options.md", "hooks.md", "keys.md"])
def test_the_page_is_current(name):
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == generate.pages()[name], "run `make docs`"
