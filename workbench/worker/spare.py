"""A worker that has imported its framework and waits for a run, which it then serves as if it
had just been started."""

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from workbench.api.errors import UserError
from workbench.api.factories import resolve
from workbench.core.files import read_toml
from workbench.core.processes import module_command
from workbench.core.runs import RunFolder

Stamps = dict[str, tuple[int, int]]
Fits = Callable[[Mapping[str, Any]], bool]


def wait_for_run(warm_up: str) -> list[str] | None:
    """The arguments that a worker is started with; ``None`` if whoever asks for one is gone.

    They come as one line of JSON, ``{"log": PATH, "arguments": [...]}``, on standard input,
    whose end means that no run will come. Until then standard output is a file; what was
    printed into it begins the run's log. Where the code that was imported has changed since,
    or the plan doesn't fit what was warmed up, this process begins anew as an ordinary worker.
    """
    began_ns = time.time_ns()
    fits: Fits | None = resolve(warm_up)()
    imported = _stamps()
    line = _read_line(0)
    if not line.endswith(b"\n"):
        return None
    order = json.loads(line)
    arguments: list[str] = order["arguments"]
    _take_over(order["log"])
    is_stale = _stamps(imported) != imported or max(imported.values())[0] > began_ns
    if is_stale or not _can_train(RunFolder(Path(arguments[0])), fits):
        os.execv(sys.executable, module_command("workbench.worker", *arguments))
    return arguments


def _can_train(run: RunFolder, fits: Fits | None) -> bool:
    if fits is None:
        return True
    try:
        return fits(read_toml(run.plan))
    except UserError:
        return True  # it can't be read, as the worker will say


def _read_line(descriptor: int) -> bytes:
    """A line of a pipe with its end, or what there was of it before the pipe ended."""
    line = b""
    while not line.endswith(b"\n"):
        chunk = os.read(descriptor, 1 << 16)
        if not chunk:
            break
        line += chunk
    return line


def _take_over(log: str) -> None:
    """Have no input and write into the run's log, as an ordinary worker does."""
    sys.stdout.flush()
    sys.stderr.flush()
    printed = os.pread(1, os.fstat(1).st_size, 0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.write(output, printed)
    for old, new in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(old, new)
    os.close(nothing)
    os.close(output)


def _stamps(known: Stamps | None = None) -> Stamps:
    """When the files of all imported modules (or of those that are known) were changed."""
    files = known or (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    found = {}
    for file in files:
        if isinstance(file, str):
            with contextlib.suppress(OSError):
                state = os.stat(file)  # noqa: PTH116  thousands of files, three times as fast
                found[file] = (state.st_mtime_ns, state.st_size)
    return found
