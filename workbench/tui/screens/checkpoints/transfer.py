"""Checkpoints that go to files, and files that become runs."""

import shlex
import shutil
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from workbench.api.errors import UserError, WorkbenchError
from workbench.api.specs import ExportFormat
from workbench.core.plan import Plan, check_plan, nest
from workbench.core.plugins import Registry
from workbench.core.plugins.registry import require_installed
from workbench.core.runs import create_run, data_dir_of
from workbench.core.tasks import ExportTask, ImportTask, TaskText, run_task
from workbench.core.units import bytes_text
from workbench.tui.plan_fields import Answer
from workbench.tui.screens.checkpoints.exchange import Exchange
from workbench.tui.screens.checkpoints.reading import Saved
from workbench.tui.session import Session


def export_of(session: Session, registry: Registry, item: Saved) -> Exchange:
    """Asks for a format of the backend and a path. Raises :class:`WorkbenchError`."""
    table = item.checkpoint.manifest.plan.get("backend", {})
    backend = registry.backend(str(table.get("name", "")))
    formats = {made.name: made for made in backend.exports}
    if not formats:
        raise UserError(f"The backend {backend.name} exports nothing.")

    def line_for(name: str) -> str:
        return str(_free_path(f"{item.run.name}-{item.name}", formats[name].suffix))

    def command(name: str, path: str) -> str:
        words = ["workbench", "checkpoints", "export", item.reference, path or "FILE"]
        return shlex.join([*words, "--format", name])

    def work(name: str, path: str) -> str:
        is_here = session.place is None
        target = Path(path).expanduser().absolute() if is_here else Path(path)
        run, data_dir = str(item.run.path), str(data_dir_of(item.run, session.config))
        result = run_task(ExportTask(run, item.name, data_dir, name, str(target)))
        assert isinstance(result, TaskText)
        size = target.stat().st_size if target.is_file() else None
        return f"{result.text}{f', {bytes_text(size)}' if size is not None else ''}"

    is_here = session.place is None
    answers = [Answer(made.name, made.title, _about(made, is_here)) for made in formats.values()]
    title = f"Export {item.reference}"
    return Exchange(
        title, answers, "path of the file", line_for, False, "write", "writing", command, work
    )


def _about(made: ExportFormat, is_here: bool) -> str:
    missing = [name for name in made.requires if is_here and find_spec(name) is None]
    place = made.suffix or "a folder"
    return f"({place}) needs {', '.join(missing)}, not installed" if missing else f"({place})"


def _free_path(name: str, suffix: str) -> Path:
    """A path in the working directory that nothing has yet."""
    first = Path(f"{name}{suffix}")
    others = (Path(f"{name}-{number}{suffix}") for number in range(2, 1000))
    return next((path for path in (first, *others) if not path.exists()), first)


def import_suffixes(registry: Registry) -> list[str]:
    """The endings of files that some backend reads."""
    backends = [registry.backend(name) for name in registry.names("backend")]
    return sorted({suffix for backend in backends for suffix in backend.imports})


def import_of(session: Session, registry: Registry, file: Path) -> Exchange:
    """Asks for the plan that the weights belong to. Raises :class:`WorkbenchError`."""
    if session.place is not None:
        raise UserError(
            f"The file would have to be on {session.place.name}; `workbench --host "
            f"{session.place.name} checkpoints import FILE` imports one from there."
        )
    plans = _plans_for(session, registry, file)
    if not plans:
        raise UserError(
            f"No preset has a backend that reads {file.suffix or 'such'} files; "
            "`workbench checkpoints import --plan PLAN.toml` takes any plan."
        )

    def command(preset: str, name: str) -> str:
        words = ["workbench", "checkpoints", "import", str(file), "--preset", preset]
        return shlex.join([*words, "--name", name] if name else words)

    def work(preset: str, name: str) -> str:
        plan = plans[preset]
        require_installed(registry.backend(plan.backend.name))
        run = create_run(session.config.runs_dir, plan, name or None)
        try:
            task = ImportTask(
                str(run.path), str(session.config.data_dir), str(file.expanduser().absolute())
            )
            result = run_task(task)
        except BaseException:
            shutil.rmtree(run.path, ignore_errors=True)
            raise
        assert isinstance(result, TaskText)
        return f"{run.name}@{result.text}"

    answers = [Answer(name, plan.title) for name, plan in plans.items()]
    title = f"Import {file.name} as a run"
    hint = "name of the run; invented if it is empty"
    return Exchange(title, answers, hint, lambda _: "", True, "import", "importing", command, work)


def _plans_for(session: Session, registry: Registry, file: Path) -> dict[str, Plan]:
    """The presets with a backend that reads such files."""
    found: dict[str, Plan] = {}
    paths: Sequence[str] = [str(path) for path in session.config.plugin_paths]
    for name, document in session.config.presets.items():
        try:
            whole = {**document, **nest("plugins", paths)} if paths else document
            plan = check_plan(whole, registry)
            if file.suffix in registry.backend(plan.backend.name).imports:
                found[name] = plan
        except WorkbenchError:
            continue  # a preset of a backend that is not there
    return found
