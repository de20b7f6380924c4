"""The generated pages are those of the code."""

import importlib.util
import inspect
import re
from pathlib import Path

import pytest

from workbench import api

DOCS = Path(__file__).parents[1] / "docs"


@pytest.mark.parametrize("name", ["cli.md", "options.md", "hooks.md", "keys.md"])
def test_the_page_is_current(name):
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == generate.pages()[name], "run `make docs`"


def test_each_class_and_function_of_the_api_is_in_the_reference():
    reference = (DOCS / "hooks.md").read_text(encoding="utf-8")
    offered = [
        name
        for name in api.__all__
        if inspect.isclass(getattr(api, name)) or inspect.isfunction(getattr(api, name))
    ]
    assert len(offered) > 30
    offered = [name for name in offered if name not in ("option", "NoOptions")]  # no heading
    assert [name for name in offered if not re.search(rf"#.*\b{name}\b", reference)] == []
