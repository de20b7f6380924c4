"""A line whose other side is a program of our own, without a network."""

import sys
import threading

import pytest

from workbench.api.errors import WorkbenchError
from workbench.core.hosts import link as module
from workbench.core.hosts.link import Link
from workbench.core.hosts.ssh import Host

# It greets, then says nothing more; only its process is still there.
LINGERING = """
import os, sys, time
from workbench.core.hosts.messages import PROTOCOL, Welcome, encode
os.write(1, encode(Welcome(PROTOCOL, "1", "box", "/runs", "/data")))
sys.stdin.buffer.readline()
os.close(1)
time.sleep(600)
"""


class Program:
    """Stands for the connection to a machine."""

    host = Host("box")

    def __init__(self, code: str) -> None:
        self._code = code

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-c", self._code]

    def close(self) -> None:
        pass


def test_what_is_asked_while_a_line_ends_is_told_that_it_broke(monkeypatch, wait_for):
    monkeypatch.setattr(module, "_END_S", 60.0)  # the process is waited for as long as we need
    link = Link(Program(LINGERING))
    link.start()
    told = []

    def ask():
        try:
            link.call("a:function", {})
        except BaseException as error:
            told.append(error)

    try:
        link.wait_for_greeting()
        wait_for(lambda: link._process.stdin.closed)
        asking = threading.Thread(target=ask)
        asking.start()
        wait_for(lambda: told or link._waiting)
    finally:
        link.close()
    asking.join(60)
    with pytest.raises(WorkbenchError, match="box broke before it answered"):
        raise told[0]
