"""The folder of all runs."""

import contextlib
import re
from pathlib import Path

from workbench.api.errors import UserError
from workbench.api.options import unknown_name
from workbench.core.config import remember_plugins
from workbench.core.files import make_folder, write_atomic
from workbench.core.hosts.calls import place_of
from workbench.core.plan import Plan, plan_toml
from workbench.core.runs.folder import RunFolder
from workbench.core.runs.names import new_name

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def create_run(runs_dir: Path, plan: Plan, name: str | None = None) -> RunFolder:
    """Make a run's folder with its plan; the worker is not started yet.

    Raises :class:`UserError` for a name that is taken or unusable, or a folder that can't
    be written to.
    """
    if name is not None and not _NAME.fullmatch(name):
        raise UserError(f'"{name}" is no name for a run; use letters, digits, dots and dashes.')
    assert place_of(runs_dir) is None, "the copy of another machine's runs is only read"
    make_folder(runs_dir, "runs folder")
    if name is None:
        name = new_name(frozenset(path.name for path in runs_dir.iterdir()))
    run = RunFolder(runs_dir / name)
    try:
        run.path.mkdir()
    except FileExistsError:
        raise UserError(f'There is a run "{name}" already; choose another name.') from None
    except OSError as error:
        raise UserError(f"{run.path} can't be made ({error.strerror}).") from None
    try:
        if plan.plugins:
            remember_plugins(plan.plugins)
        write_atomic(run.plan, plan_toml(plan).encode())
    except (OSError, UserError) as error:
        with contextlib.suppress(OSError):  # without a plan it is no run, and holds the name
            run.path.rmdir()
        if isinstance(error, UserError):
            raise
        raise UserError(f"{run.plan} can't be written ({error.strerror}).") from None
    return run


def check_run_name(name: str) -> None:
    """Raise :class:`UserError` if a person's name for a run can't name a folder."""
    if not _NAME.fullmatch(name):
        raise UserError(f'"{name}" is no name for a run; use letters, digits, dots and dashes.')


def list_runs(runs_dir: Path) -> list[RunFolder]:
    """All runs, newest first."""
    if not runs_dir.is_dir():
        return []
    found = []
    for path in runs_dir.iterdir():
        try:
            found.append(((path / "run.toml").stat().st_mtime, path))
        except OSError:
            continue
    return [RunFolder(path) for _, path in sorted(found, reverse=True)]


def find_run(runs_dir: Path, name: str) -> RunFolder:
    """The run of this name; a unique beginning of it, ``latest``, or its folder's path will do.

    Raises :class:`UserError`.
    """
    with contextlib.suppress(OSError, RuntimeError):  # a name too long, or of nobody's home
        given = Path(name).expanduser()
        if given.parent != Path() and (given / "run.toml").is_file():
            return RunFolder(given.absolute())
        if (runs_dir / name / "run.toml").is_file():
            return RunFolder(runs_dir / name)
    runs = list_runs(runs_dir)
    if name == "latest" and runs:
        return runs[0]
    beginning = [run for run in runs if run.name.startswith(name)]
    if len(beginning) == 1:
        return beginning[0]
    if beginning:
        names = ", ".join(run.name for run in beginning[:5])
        raise UserError(f'Several runs begin with "{name}": {names}; write more of the name.')
    if not runs:
        raise UserError(f'There is no run "{name}": {runs_dir} has no runs yet.')
    raise UserError(unknown_name(name, name, [run.name for run in runs], "run"))
