"""``workbench data``: what datasets there are, getting them, and looking into them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli import flags
from workbench.cli.session import Session

if TYPE_CHECKING:
    from workbench.api.specs import DatasetSpec

_DRAWN = 8


@click.group()
def data() -> None:
    """Show, obtain and import datasets."""


@data.command("list")
@flags.as_json
@flags.data_dir
@click.pass_obj
def list_command(session: Session, /, as_json: bool, data_dir: Path | None) -> None:
    """List the datasets, and what a run would train on now."""
    from workbench.cli.data_report import print_datasets
    from workbench.cli.output import print_json
    from workbench.core.data import status

    config = session.config(data_dir=data_dir)
    registry = session.registry(config)
    rows = []
    for name in registry.names("dataset"):
        spec = registry.dataset(name)
        rows.append((name, spec, status(spec, config.data_dir)))
    if as_json:
        print_json(
            [
                {**_facts(name, spec), "state": found.state, "source": found.source}
                for name, spec, found in rows
            ]
        )
    else:
        print_datasets(rows)


@data.command("fetch")
@click.argument("name")
@flags.data_dir
@click.pass_obj
def fetch_command(session: Session, /, name: str, data_dir: Path | None) -> None:
    """Get the full dataset NAME into the data folder.

    Tries the official download first, then the system's packages.
    """
    from workbench.cli.data_report import ProgressLines
    from workbench.cli.output import say
    from workbench.core.data import fetch

    config = session.config(data_dir=data_dir)
    spec = session.registry(config).dataset(name)
    with ProgressLines() as progress:
        fetched = fetch(spec, config.data_dir, on_progress=progress)
    say(f"{name} is in {config.data_dir}, verified ({fetched.source}).")


@data.command("import")
@click.argument("name")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@flags.data_dir
@click.pass_obj
def import_command(session: Session, /, name: str, folder: Path, data_dir: Path | None) -> None:
    """Copy the full dataset NAME from the folder DIR into the data folder, verified."""
    from workbench.cli.data_report import ProgressLines
    from workbench.cli.output import say
    from workbench.core.data import has_checksums, import_folder

    config = session.config(data_dir=data_dir)
    spec = session.registry(config).dataset(name)
    with ProgressLines() as progress:
        import_folder(spec, folder.expanduser().absolute(), config.data_dir, progress)
    verified = ", verified" if has_checksums(spec) else "; a run sees whether they can be read"
    say(f"{name} is in {config.data_dir}{verified}.")


@data.command("show")
@click.argument("name")
@click.option(
    "--set",
    "assignments",
    multiple=True,
    metavar="KEY=VALUE",
    help="An option of the dataset, e.g. dataset.path=photos; may be repeated.",
)
@flags.as_json
@flags.data_dir
@click.pass_obj
def show_command(
    session: Session,
    /,
    name: str,
    assignments: tuple[str, ...],
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Show sizes, shapes, values and classes of the dataset NAME, and some of its items."""
    import msgspec

    from workbench.cli.data_report import print_summary
    from workbench.cli.output import print_json
    from workbench.core.data.summary import DatasetSummary, InspectTask, in_full
    from workbench.core.plan import parse_assignment
    from workbench.core.tasks import run_task

    config = session.config(data_dir=data_dir)
    registry = session.registry(config)
    spec = registry.dataset(name)
    document: dict[str, Any] = {"dataset": {"name": name}}
    for text in assignments:
        document["dataset"].update(parse_assignment(text, document, registry)["dataset"])
    options = {key: value for key, value in document["dataset"].items() if key != "name"}
    plugins = tuple(str(path) for path in config.plugin_paths)
    found = run_task(InspectTask(name, str(config.data_dir), plugins, options, count=_DRAWN))
    assert isinstance(found, DatasetSummary)
    if as_json:
        found_facts = _facts(name, in_full(spec, found))
        print_json({**found_facts, **msgspec.to_builtins(found)})
    else:
        print_summary(name, spec, found)


def _facts(name: str, spec: "DatasetSpec") -> dict[str, object]:
    return {
        "name": name,
        "title": spec.title,
        "description": spec.description,
        "kind": spec.kind,
        "shape": spec.shape,
        "dtype": spec.dtype,
        "task": spec.task,
        "classes": spec.classes,
        "targets": spec.targets,
        "sizes": dict(spec.sizes),
        "licence": spec.licence,
        "homepage": spec.homepage,
    }
