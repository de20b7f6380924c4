"""Downloads as a plugin might bring them; each call is counted in the file FAKE_CALLS."""

import os
import shutil
import time
import urllib.request
from pathlib import Path


def _count() -> None:
    with Path(os.environ["FAKE_CALLS"]).open("a") as calls:
        calls.write("x")


def copy(folder: str) -> None:
    """Leave the files of the folder FAKE_FILES."""
    _count()
    shutil.copytree(os.environ["FAKE_FILES"], folder, dirs_exist_ok=True)


def fail(folder: str) -> None:
    _count()
    print("Downloading http://example.invalid/ to " + folder)
    raise RuntimeError("no route\nto \x1b[31mhost")


def hang(folder: str) -> None:
    _count()
    Path(f"{os.environ['FAKE_CALLS']}.pid").write_text(str(os.getpid()))
    Path(folder, "part").write_bytes(b"12345")
    time.sleep(600)


def nothing(folder: str) -> None:
    _count()


def from_address(folder: str) -> None:
    """Ask the address FAKE_ADDRESS, with no timeout of its own."""
    _count()
    urllib.request.urlopen(os.environ["FAKE_ADDRESS"])
