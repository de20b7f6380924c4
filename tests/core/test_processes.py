"""Processes of our own whose output another one reads."""

import subprocess

from workbench.core.processes import module_command

ANSWERING = """
import os, sys
from workbench.core.processes import output_for_answers

answers = output_for_answers()
print("noise of a library")
print("the reason", file=sys.stderr)
answers.write(b"the answer")
answers.flush()
os._exit(0)
"""


def test_what_a_library_prints_is_no_answer_and_comes_in_its_order(tmp_path, monkeypatch):
    (tmp_path / "answering.py").write_text(ANSWERING)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = subprocess.run(module_command("answering"), capture_output=True, text=True, check=True)
    assert done.stdout == "the answer"
    assert done.stderr.splitlines() == ["noise of a library", "the reason"]
