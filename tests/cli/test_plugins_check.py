import json
from pathlib import Path

TINY = Path(__file__).parents[1] / "fakes" / "tiny_plugin.py"


def test_a_plugin_that_is_right(workbench):
    lines = workbench("plugins", "check", TINY).stdout.splitlines()
    assert "ok    model linear" in lines
    assert all(line.startswith("ok    ") for line in lines)


def test_a_plugin_that_is_wrong(workbench):
    Path("empty.py").write_text("")
    result = workbench("plugins", "check", "empty.py", code=1)
    assert result.stdout.startswith("FAIL  plugin empty: it offers nothing; write a function")
    assert result.stderr == "1 thing to change.\n"
    found = json.loads(workbench("plugins", "check", "empty.py", "--json", code=1).stdout)
    assert found["findings"][0]["subject"] == "plugin empty"


def test_no_such_plugin(refused):
    assert "Nor is it a path." in refused("plugins", "check", "gone.py")
