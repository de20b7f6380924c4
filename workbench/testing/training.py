"""The combinations of model and optimizer that a plugin makes possible with one backend."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from workbench.api.data import DatasetInfo, Task
from workbench.api.errors import UserError
from workbench.api.factories import resolve
from workbench.api.options import parse_options
from workbench.api.specs import BackendSpec, DatasetSpec, ModelSpec, OptimizerSpec
from workbench.api.training import Trainer, TrainerContext
from workbench.core.plugins import Registry
from workbench.core.plugins.registry import missing_modules
from workbench.testing.lessons import BATCH_SIZE, SHAPES, Form, Lesson, lessons
from workbench.testing.registration import record_of
from workbench.testing.report import CheckTask, Notes, Report
from workbench.testing.trainers import Extent, TrainerChecks


@dataclass(frozen=True)
class Combination:
    """What is trained together; ``subject`` is the part that the plugin offers."""

    subject: str
    backend: BackendSpec
    model: ModelSpec
    model_options: Any
    optimizer: OptimizerSpec
    optimizer_options: Any
    task: Task
    loss: str
    own_forms: tuple[Form, ...]

    def lesson(self) -> Lesson | None:
        """Made-up data that the model takes."""
        for lesson in lessons(self.task, self.own_forms):
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
                loss=self.loss,
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
    by_subject: dict[str, list[Combination]] = {}
    for combination in combinations:
        by_subject.setdefault(combination.subject, []).append(combination)
    for about, tried in by_subject.items():
        notes.check(about)
        # Another task changes a model's outputs; that each loss is learned is the backend's.
        others: Extent = "learning" if about == f"backend {backend.name}" else "outputs"
        _train_each(about, tried, others, notes)
    return notes.report()


def _train_each(
    subject: str, combinations: list[Combination], others: Extent, notes: Notes
) -> None:
    """The first is resumed too; the others until one is wrong, as it is often the same of all."""
    is_taken = False
    for combination in combinations:
        checks = TrainerChecks(combination, notes)
        is_taken |= checks.run(others if is_taken else "resuming")
        if checks.is_wrong:
            return
    if not is_taken:
        notes.skip(subject, f"its refuse() takes none of {SHAPES}, so it was not trained.")


def _own_forms(registry: Registry, task: CheckTask) -> tuple[Form, ...]:
    """What the plugin's own datasets are like; a model may take nothing else."""
    specs = [item.spec for item in record_of(registry, task).contributions]
    return tuple(
        (spec.kind, spec.shape) for spec in specs if isinstance(spec, DatasetSpec) and spec.shape
    )


def losses_by_task(backend: BackendSpec) -> list[tuple[Task, str]]:
    """Each task that a backend says it can do, with each of its losses; its default first."""
    default = backend.default_plan.get("loss")
    losses = sorted(backend.losses, key=lambda loss: loss.name != default)
    return [(task, loss.name) for task in get_args(Task) for loss in losses if task in loss.tasks]


def _combinations(registry: Registry, backend: BackendSpec, task: CheckTask) -> list[Combination]:
    """Each of its models for each task, and each optimizer and loss, beside the defaults."""
    defaults = {
        "model": default_part(registry, backend, "model"),
        "optimizer": default_part(registry, backend, "optimizer"),
    }
    found: dict[tuple[str, ...], Combination] = {}
    losses, forms = losses_by_task(backend), _own_forms(registry, task)
    firsts = list({loss[0]: loss for loss in reversed(losses)}.values())[::-1]

    def add(subject: str, tried: list[tuple[Task, str]], **changed: tuple[Any, Any]) -> None:
        (model, model_options), (optimizer, optimizer_options) = ({**defaults, **changed}).values()
        for task, loss in tried:
            found.setdefault(
                (model.name, optimizer.name, task, loss),
                Combination(
                    subject,
                    backend,
                    model,
                    model_options,
                    optimizer,
                    optimizer_options,
                    task,
                    loss,
                    forms,
                ),
            )

    for item in record_of(registry, task).contributions:
        spec = item.spec
        if isinstance(spec, ModelSpec) and spec.backend == backend.name:
            add(f"model {spec.name}", firsts, model=(spec, spec.options()))
        elif isinstance(spec, OptimizerSpec) and spec.backend == backend.name:
            add(f"optimizer {spec.name}", losses[:1], optimizer=(spec, spec.options()))
        elif spec is backend:
            add(f"backend {spec.name}", losses)
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


def default_part(
    registry: Registry, backend: BackendSpec, part: Literal["model", "optimizer"]
) -> tuple[Any, Any]:
    """The model or the optimizer of a backend's default plan, with its options there."""
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
