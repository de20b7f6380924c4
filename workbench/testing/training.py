"""The combinations of model and optimizer that a plugin makes possible with one backend."""

from dataclasses import dataclass
from typing import Any, Literal

from workbench.api.data import DatasetInfo
from workbench.api.errors import UserError
from workbench.api.factories import resolve
from workbench.api.options import parse_options
from workbench.api.specs import BackendSpec, ModelSpec, OptimizerSpec
from workbench.api.training import Trainer, TrainerContext
from workbench.core.plugins import Registry
from workbench.core.plugins.registry import missing_modules
from workbench.testing.lessons import BATCH_SIZE, Lesson, lessons
from workbench.testing.registration import record_of
from workbench.testing.report import CheckTask, Notes, Report
from workbench.testing.trainers import TrainerChecks


@dataclass(frozen=True)
class Combination:
    """What is trained together; ``subject`` is the part that the plugin offers."""

    subject: str
    backend: BackendSpec
    model: ModelSpec
    model_options: Any
    optimizer: OptimizerSpec
    optimizer_options: Any

    def lesson(self) -> Lesson | None:
        """Made-up data that the model takes."""
        for lesson in lessons():
            refuse = self.model.refuse
            refusal = None if refuse is None else refuse(lesson.info, self.model_options)
            if refusal is None:
                return lesson
            if not isinstance(refusal, str):
                raise TypeError(f"it gave {refusal!r}; return a sentence to refuse, else None")
        return None

    def trainer(self, lesson: Lesson) -> Trainer:
        """A new trainer, as a run's worker makes it."""
        info: DatasetInfo = lesson.info
        trainer: Trainer = resolve(self.backend.create_trainer)(
            TrainerContext(
                dataset=info,
                splits=lesson.splits,
                build_model=lambda: resolve(self.model.build)(info, self.model_options),
                build_optimizer=lambda parameters: resolve(self.optimizer.build)(
                    parameters, self.optimizer_options
                ),
                loss=str(self.backend.default_plan.get("loss", self.backend.losses[0].name)),
                batch_size=BATCH_SIZE,
                shuffle=True,
                drop_last=False,
                loader_workers=0,
                seed=1,
                device="cpu",
                options=self.backend.options(),
            )
        )
        return trainer

    @property
    def learning_rate(self) -> float:
        """The one that the optimizer's options say."""
        return float(self.optimizer_options.lr)


def check_backend(registry: Registry, task: CheckTask) -> Report:
    """Train what the plugin offers for one backend."""
    notes = Notes()
    subject = f"backend {task.name}"
    try:
        backend = registry.backend(task.name)
    except UserError as error:
        notes.skip(subject, f"{error} What is for it was not trained.")
        return notes.report()
    missing = missing_modules(backend)
    if missing:
        notes.skip(
            subject,
            f"{', '.join(missing)} is not installed ({backend.install}), so what is for it was "
            "not trained.",
        )
        return notes.report()
    try:
        combinations = _combinations(registry, backend, task)
    except UserError as error:
        notes.find(subject, f"its default_plan is refused: {error}")
        return notes.report()
    for kind in ("model", "optimizer"):
        _note_clashes(registry, backend, kind, task, notes)
    for combination in combinations:
        notes.check(combination.subject)
        TrainerChecks(combination, notes).run()
    return notes.report()


def _combinations(registry: Registry, backend: BackendSpec, task: CheckTask) -> list[Combination]:
    """Each of its models and optimizers, with what the default plan names beside it."""
    defaults = {
        "model": _default(registry, backend, "model"),
        "optimizer": _default(registry, backend, "optimizer"),
    }
    found: dict[tuple[str, str], Combination] = {}

    def add(subject: str, **changed: tuple[Any, Any]) -> None:
        (model, model_options), (optimizer, optimizer_options) = ({**defaults, **changed}).values()
        found.setdefault(
            (model.name, optimizer.name),
            Combination(subject, backend, model, model_options, optimizer, optimizer_options),
        )

    for item in record_of(registry, task).contributions:
        spec = item.spec
        if isinstance(spec, ModelSpec) and spec.backend == backend.name:
            add(f"model {spec.name}", model=(spec, spec.options()))
        elif isinstance(spec, OptimizerSpec) and spec.backend == backend.name:
            add(f"optimizer {spec.name}", optimizer=(spec, spec.options()))
        elif spec is backend:
            add(f"backend {spec.name}")
    return list(found.values())


def _note_clashes(
    registry: Registry,
    backend: BackendSpec,
    kind: Literal["model", "optimizer"],
    task: CheckTask,
    notes: Notes,
) -> None:
    """Names that another plugin has too."""
    offered = registry.contributions(kind, backend.name)
    for own in (item for item in offered if item.plugin == task.plugin):
        for other in offered:
            if other.spec.name == own.spec.name and other.plugin != own.plugin:
                name = own.spec.name
                notes.find(
                    f"{kind} {name}",
                    f"the plugin {other.plugin} has one of this name too; choose another, or "
                    f"every plan has to say {own.plugin}:{name}.",
                )


def _offering(registry: Registry, backend: BackendSpec) -> str:
    """The plugin that a backend is of."""
    return next(item.plugin for item in registry.contributions("backend") if item.spec is backend)


def _default(
    registry: Registry, backend: BackendSpec, part: Literal["model", "optimizer"]
) -> tuple[Any, Any]:
    table = dict(backend.default_plan[part])
    name = table.pop("name")
    find = registry.model if part == "model" else registry.optimizer
    offering = _offering(registry, backend)
    its_own = any(
        item.plugin == offering and item.spec.name == name
        for item in registry.contributions(part, backend.name)
    )
    spec = find(f"{offering}:{name}" if its_own else name, backend.name)
    return spec, parse_options(spec.options, table, where=f"{part}.")
