"""``workbench checkpoints export``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli import flags
from workbench.cli.session import Session

if TYPE_CHECKING:
    from workbench.api.specs import BackendSpec
    from workbench.core.config import Config
    from workbench.core.runs import RunFolder


@click.command(name="export")
@click.argument("run", metavar="RUN[@CHECKPOINT]")
@click.argument("target", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--format", "name", metavar="NAME", help="Format; by FILE's ending if not given.")
@flags.data_dir
@flags.runs_dir
@click.pass_obj
def command(
    session: Session,
    /,
    run: str,
    target: Path,
    name: str | None,
    data_dir: Path | None,
    runs_dir: Path | None,
) -> None:
    """Write a run's model in a format of its framework.

    CHECKPOINT is a checkpoint's name, latest (if not given) or best. The formats are those
    of the run's backend: `workbench plugins show NAME` lists them.
    """
    from workbench.cli.output import say
    from workbench.cli.references import find_reference
    from workbench.core.checkpoints import find_checkpoint
    from workbench.core.runs import data_dir_of
    from workbench.core.tasks import ExportTask, TaskText, run_task

    config = session.config(runs_dir=runs_dir, data_dir=data_dir)
    folder, named = find_reference(config.runs_dir, run)
    checkpoint = find_checkpoint(folder, named or "latest").name
    chosen = name or format_of(target, _backend_of(session, config, folder))
    place = str(target.expanduser().absolute())
    data = str(data_dir_of(folder, config))
    task = ExportTask(str(folder.path), checkpoint, data, chosen, place)
    result = run_task(task)
    assert isinstance(result, TaskText)
    say(f"{folder.name}@{checkpoint} is in {result.text}, as {chosen}.")


def _backend_of(session: Session, config: "Config", run: "RunFolder") -> "BackendSpec":
    from workbench.cli.plan_flags import load_registry
    from workbench.core.config import read_run_document
    from workbench.core.plan import check_plan

    document = read_run_document(run.plan, config.plugin_paths)
    registry = load_registry(session, config, document)
    return registry.backend(check_plan(document, registry).backend.name)


def format_of(target: Path, backend: "BackendSpec") -> str:
    """The first of the backend's formats with the file's ending."""
    from workbench.api.errors import UserError

    for item in backend.exports:
        # Of a file's name more than its last suffix may count, as in model.weights.h5.
        if target.name.endswith(item.suffix) if item.suffix else not target.suffix:
            return item.name
    known = ", ".join(f"{item.name} ({item.suffix or 'a folder'})" for item in backend.exports)
    raise UserError(
        f'The backend {backend.name} has no format with the ending "{target.suffix}"; '
        f"it exports: {known or 'nothing'}."
    )
