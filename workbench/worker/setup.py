"""From a plan to a trainer with its data."""

import importlib.metadata
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from workbench.api.data import DatasetInfo
from workbench.api.errors import UserError
from workbench.api.events import DataProgress
from workbench.api.factories import resolve
from workbench.api.specs import BackendSpec
from workbench.api.training import Ranks, Trainer, TrainerContext
from workbench.core.config import load_config, read_run_document
from workbench.core.data import Loaded, Progress, info_of, load_splits
from workbench.core.data.fitting import check_splits
from workbench.core.own_code import import_from
from workbench.core.plan import Plan, check_fit, check_plan
from workbench.core.plugins import Registry, load_plugins
from workbench.core.plugins.registry import require_installed


@dataclass(frozen=True)
class Prepared:
    """A dataset as the trainer gets it, and where it came from."""

    info: DatasetInfo
    loaded: Loaded


@dataclass(frozen=True)
class Share:
    """The devices of this machine that a run on several uses, and this process's place."""

    devices: tuple[int, ...]
    ranks: Ranks | None = None


def load_registry(document: Mapping[str, Any]) -> Registry:
    """All plugins that are configured, and those that the plan names."""
    import_from(document.get("plugins", ()))
    named = tuple(Path(path) for path in document.get("plugins", ()))
    config = load_config()
    paths = dict.fromkeys((*config.plugin_paths, *named))
    return load_plugins(tuple(paths), config.settings.disabled_plugins)


def read_plan(path: Path) -> tuple[Plan, Registry]:
    """A run's plan, checked, and the registry that it was checked with."""
    document = read_run_document(path, load_config().plugin_paths)
    registry = load_registry(document)
    plan = check_plan(document, registry)
    require_installed(registry.backend(plan.backend.name))
    return plan, registry


def prepare_data(
    plan: Plan,
    registry: Registry,
    data_dir: Path,
    *,
    on_progress: Callable[[DataProgress], None] | None = None,
    fetch: bool = True,
) -> Prepared:
    """Obtain the plan's dataset. Raises :class:`UserError`."""
    spec = registry.dataset(plan.dataset.name)

    def report(progress: Progress) -> None:
        if on_progress is None:
            return
        on_progress(
            DataProgress(
                step=progress.step,
                message=progress.message,
                done_bytes=progress.done_bytes,
                total_bytes=progress.total_bytes,
            )
        )

    loaded = load_splits(spec, plan.dataset.options, data_dir, on_progress=report, fetch=fetch)
    for name in ("train", "test"):
        if not len(loaded.splits.get(name, ())):
            raise UserError(f"The dataset {plan.dataset.name} has no items in its {name} split.")
    info = replace(info_of(spec, loaded), name=spec.name, sizes=loaded.sizes)
    if spec.load is not None:  # IDX files were checked when they were read
        check_splits(info, loaded.splits)
    check_fit(plan, registry, info)
    return Prepared(info, loaded)


def create_trainer(
    plan: Plan, registry: Registry, prepared: Prepared, share: Share | None = None
) -> Trainer:
    """The plan's model, optimizer and data in its framework; on one device without a share."""
    backend = registry.backend(plan.backend.name)
    context = trainer_context(plan, registry, prepared)
    if share is not None:
        context = replace(context, devices=share.devices, ranks=share.ranks)
    trainer: Trainer = resolve(backend.create_trainer)(context)
    if trainer.steps_per_epoch < 1:
        raise UserError(
            f"A batch of {plan.data.batch_size} leaves no whole batch of the "
            f"{prepared.info.sizes['train']} training items; set a smaller data.batch_size."
        )
    return trainer


def trainer_context(plan: Plan, registry: Registry, prepared: Prepared) -> TrainerContext:
    """What the backend is given."""
    info = prepared.info
    model = registry.model(plan.model.name, plan.backend.name)
    optimizer = registry.optimizer(plan.optimizer.name, plan.backend.name)
    return TrainerContext(
        dataset=info,
        splits=prepared.loaded.splits,
        build_model=lambda: resolve(model.build)(info, plan.model.options),
        build_optimizer=lambda parameters: resolve(optimizer.build)(
            parameters, plan.optimizer.options
        ),
        loss=plan.run.loss,
        batch_size=plan.data.batch_size,
        shuffle=plan.data.shuffle,
        drop_last=plan.data.drop_last,
        loader_workers=plan.data.workers,
        seed=plan.run.seed,
        device=plan.run.device,
        options=plan.backend.options,
        augment=_augment(plan, prepared),
    )


def _augment(plan: Plan, prepared: Prepared) -> Callable[[Any], Any] | None:
    """What changes a training item at random, if the dataset's options ask for that."""
    described = prepared.loaded.described
    if described is None or not described.augment:
        return None
    make = described.augment.get(plan.backend.name)
    if make is None:
        able = " or ".join(described.augment)
        raise UserError(
            f"The dataset {plan.dataset.name} changes its items at random with the backend {able} "
            f"alone; choose that one, or no dataset.augment."
        )
    changed: Callable[[Any], Any] = make()
    return changed


def versions(backend: BackendSpec) -> dict[str, str]:
    """The versions of Python and of the backend's distributions."""
    found = {"python": sys.version.split()[0]}
    for name in backend.distributions:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
