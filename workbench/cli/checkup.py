"""What ``workbench doctor`` looks at."""

import importlib.metadata
import os
import platform
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from workbench import __version__
from workbench.api.errors import UserError
from workbench.core.config import Config
from workbench.core.data import status
from workbench.core.devices import read_devices
from workbench.core.files import make_folder
from workbench.core.plugins import Registry
from workbench.core.plugins.registry import missing_modules
from workbench.core.units import bytes_text

_LOW_DISK_BYTES = 2 * 1024**3
_DATA_STATES = {
    "full": "full dataset, from {source}",
    "unverified": "full dataset, verified when it is first loaded",
    "sample": "only the small SAMPLE that is built in; `workbench data fetch {name}` gets all",
    "missing": "not there; `workbench data fetch {name}` gets it",
    "made": "made or kept by its plugin",
    "own": "your own files, by dataset.path",
}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; a ``problem`` keeps runs from starting."""

    subject: str
    state: Literal["ok", "note", "problem"]
    text: str


def examine(config: Config, registry: Registry) -> list[Finding]:
    """Everything, in the order in which it is read."""
    return [
        *_versions(),
        *_plugins(registry),
        *_frameworks(registry),
        *_folders(config),
        *_datasets(config, registry),
        *_devices(config),
        _terminal(os.environ),
    ]


def _versions() -> Iterator[Finding]:
    yield Finding("python", "ok", f"{platform.python_version()} at {sys.executable}")
    yield Finding("system", "ok", f"{platform.system()} {platform.release()} {platform.machine()}")
    yield Finding("workbench", "ok", __version__)
    yield Finding("textual", "ok", importlib.metadata.version("textual"))


def _plugins(registry: Registry) -> Iterator[Finding]:
    for record in registry.plugins:
        subject = f"plugin {record.name}"
        if record.state == "broken":
            text = f"broken: {record.error}; see `workbench plugins show {record.name}`"
            yield Finding(subject, "note", text)
        elif record.state == "not trusted":
            yield Finding(subject, "note", f"not trusted: {record.error}")
        else:
            yield Finding(subject, "ok", f"{record.state}, from {record.origin}")


def _frameworks(registry: Registry) -> Iterator[Finding]:
    found = [registry.backend(name) for name in registry.names("backend")]
    usable = 0
    for backend in found:
        missing = missing_modules(backend)
        if missing:
            verb = "is" if len(missing) == 1 else "are"
            text = f"{', '.join(missing)} {verb} not installed; install it with: {backend.install}"
            yield Finding(f"backend {backend.name}", "note", text)
            continue
        usable += 1
        versions = [f"{name} {_version(name)}" for name in backend.distributions]
        yield Finding(f"backend {backend.name}", "ok", ", ".join(versions) or "installed")
    if not usable:
        text = "no backend can train; install the framework of one of them"
        yield Finding("backends", "problem", text)


def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "(version unknown)"


def _folders(config: Config) -> Iterator[Finding]:
    own = f"{config.path}" if config.path else "none of your own; the defaults are in force"
    yield Finding("configuration", "ok", own)
    for purpose, folder in (("runs folder", config.runs_dir), ("data folder", config.data_dir)):
        yield _folder(purpose, folder)


def _folder(purpose: str, folder: Path) -> Finding:
    try:
        make_folder(folder, purpose)
    except UserError as error:
        return Finding(purpose, "problem", str(error))
    return Finding(purpose, "ok", f"{folder} can be written to")


def _datasets(config: Config, registry: Registry) -> Iterator[Finding]:
    for name in registry.names("dataset"):
        found = status(registry.dataset(name), config.data_dir)
        text = _DATA_STATES[found.state].format(name=name, source=found.source)
        is_whole = found.state in ("full", "unverified", "made", "own")
        yield Finding(f"dataset {name}", "ok" if is_whole else "note", text)


def _devices(config: Config) -> Iterator[Finding]:
    snapshot = read_devices(folder=config.runs_dir)
    yield Finding("cpu", "ok", f"{snapshot.cpu.name}, {snapshot.cpu.cores} cores")
    total = bytes_text(snapshot.memory.total_bytes)
    yield Finding("memory", "ok", f"{bytes_text(snapshot.memory.used_bytes)} used of {total}")
    if snapshot.disk is not None:
        free = snapshot.disk.free_bytes
        is_low = free < _LOW_DISK_BYTES
        text = f"{bytes_text(free)} free for the runs{'; that is little' if is_low else ''}"
        yield Finding("disk", "note" if is_low else "ok", text)
    for gpu in snapshot.gpus:
        total_bytes = gpu.memory_total_bytes
        memory = "" if total_bytes is None else f", {bytes_text(total_bytes)}"
        yield Finding(gpu.device or gpu.number, "ok", f"{gpu.name}{memory}")
    if snapshot.gpu_note:
        yield Finding("gpu", "note", snapshot.gpu_note)


def _terminal(environment: Mapping[str, str]) -> Finding:
    term = environment.get("TERM", "")
    if not sys.stdout.isatty():
        return Finding("terminal", "note", "the output is no terminal now")
    if environment.get("NO_COLOR"):
        return Finding("terminal", "ok", f"{term}, without colours (NO_COLOR is set)")
    if environment.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return Finding("terminal", "ok", f"{term}, 16 million colours")
    if "256color" in term:
        return Finding("terminal", "ok", f"{term}, 256 colours")
    if term in ("", "dumb"):
        return Finding("terminal", "note", "it can't be drawn on; set TERM, or use the commands")
    return Finding("terminal", "ok", f"{term}, 16 colours")
