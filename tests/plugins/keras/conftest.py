"""Tests with the fixture ``lab`` run in a process of their own.

TensorFlow and PyTorch must not meet in one process, and a test run imports all test files
into each of its processes. So the body of such a test is called in a child that imports
TensorFlow once; there ``lab`` is the module ``lab.py``. What it raises fails the test here.
"""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


class KerasProcess:
    """The child; a request and its answer are a line of JSON each."""

    def __init__(self, log):
        self._log = log
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "child.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log.open("wb"),
            text=True,
        )

    def call(self, path, function, arguments):
        request = {"path": str(path), "function": function, "arguments": arguments}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            pytest.fail(f"the process ended: {self._log.read_text(errors='replace')[-4000:]}")
        error = json.loads(answer)["error"]
        if error:
            pytest.fail(error, pytrace=False)

    def end(self):
        self._process.stdin.close()
        self._process.wait(timeout=60)


@pytest.fixture(scope="session")
def keras_process(tmp_path_factory):
    if importlib.util.find_spec("tensorflow") is None:
        pytest.skip("TensorFlow is not installed")
    process = KerasProcess(tmp_path_factory.mktemp("keras") / "stderr.log")
    yield process
    process.end()


@pytest.fixture
def lab(keras_process):
    return keras_process


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    process = pyfuncitem.funcargs.get("lab")
    if process is None:
        return None
    names = [name for name in pyfuncitem._fixtureinfo.argnames if name != "lab"]
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    if "tmp_path" in arguments:
        arguments["tmp_path"] = str(arguments["tmp_path"])
    process.call(pyfuncitem.path, pyfuncitem.originalname, arguments)
    return True
