"""Sweeps whose next member depends on the earlier ones: a process of its own asks Optuna.

What such a process needs lies in ``RUNS_DIR/.sweeps`` until the last member has ended.
"""

import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from workbench.api.errors import UserError
from workbench.core.detached import start_detached
from workbench.core.files import make_folder, write_atomic
from workbench.core.plugins import Registry
from workbench.core.sweeps.members import member_plan
from workbench.core.sweeps.space import Choices, Dimension


class Search(msgspec.Struct, frozen=True):
    """A search: the plan's document, and what ``--over``, ``--samples`` and ``--seed`` said."""

    name: str
    document: dict[str, Any]
    overs: tuple[str, ...]
    samples: int
    seed: int


@dataclass(frozen=True)
class SearchFiles:
    """The files of a search."""

    runs_dir: Path
    name: str

    @property
    def folder(self) -> Path:
        """The folder of all searches."""
        return self.runs_dir / ".sweeps"

    @property
    def search(self) -> Path:
        """The search itself; it is gone when the search is over."""
        return self.folder / f"{self.name}.json"

    @property
    def lock(self) -> Path:
        """Held by the process that asks and tells."""
        return self.folder / f"{self.name}.lock"

    @property
    def log(self) -> Path:
        """That process's output."""
        return self.folder / f"{self.name}.log"


def require_optuna() -> None:
    """Raise :class:`UserError` saying what to install if Optuna is missing."""
    if importlib.util.find_spec("optuna") is None:
        raise UserError(
            "--method tpe needs Optuna, which is not installed; install it with: "
            "pip install 'workbench[sweep]'"
        )


def check_ends(
    document: Mapping[str, Any], dimensions: Sequence[Dimension], registry: Registry
) -> None:
    """Check the plan with each listed value, and with both ends of each range.

    Raises :class:`UserError` for the first that is not right.
    """
    for item in dimensions:
        ends = (
            item.values
            if isinstance(item, Choices)
            else (item.text(item.low), item.text(item.high))
        )
        for value in ends:
            member_plan(document, {item.key: value}, registry)


def create_search(runs_dir: Path, search: Search) -> SearchFiles:
    """Write a search down; it is not started yet. Raises :class:`UserError`."""
    files = SearchFiles(runs_dir, search.name)
    make_folder(files.folder, "folder of sweeps")
    if files.search.exists():
        raise UserError(f'There is a sweep "{search.name}" already; choose another name.')
    write_atomic(files.search, msgspec.json.encode(search))
    return files


def read_search(files: SearchFiles) -> Search:
    """The search of these files. Raises :class:`UserError`."""
    try:
        return msgspec.json.decode(files.search.read_bytes(), type=Search)
    except (OSError, msgspec.MsgspecError) as error:
        raise UserError(f"{files.search} can't be read ({error}).") from None


def unfinished_searches(runs_dir: Path) -> list[SearchFiles]:
    """The searches whose last member has not ended."""
    found = sorted((runs_dir / ".sweeps").glob("*.json"))
    return [SearchFiles(runs_dir, path.stem) for path in found]


def start_search(files: SearchFiles, data_dir: Path) -> None:
    """Let a process of its own go on with a search, unless one does.

    Raises :class:`WorkbenchError` if it can't be started.
    """
    arguments = ["workbench.worker.search", str(files.runs_dir), str(data_dir), files.name]
    start_detached(arguments, files.lock, files.log)
