"""From a plan's document (nested plain values, as TOML gives them) to a checked plan."""

import re
from collections.abc import Mapping
from typing import Any

from workbench.api.data import DatasetInfo, Task
from workbench.api.errors import UserError, WorkbenchError
from workbench.api.options import (
    AnyOptions,
    OptionError,
    check_value,
    option_fields,
    parse_options,
    unknown_name,
)
from workbench.api.specs import BackendSpec, ModelSpec
from workbench.core.own_code import entry_parts, places
from workbench.core.plan.devices import check_batch, check_devices, device_indices, devices_text
from workbench.core.plan.followers import TABLE as FOLLOWERS
from workbench.core.plan.followers import read_followers
from workbench.core.plan.plan import Choice, Plan
from workbench.core.plan.settings import (
    CheckpointSettings,
    DataSettings,
    RunSettings,
    ScheduleSettings,
)
from workbench.core.plugins import Registry

_DEVICE = re.compile(r"auto|cpu|cuda(:\d+)?|mps")
CHOICES = ("dataset", "model", "optimizer", "backend")
TABLES: dict[str, type] = {
    "data": DataSettings,
    "schedule": ScheduleSettings,
    "checkpoint": CheckpointSettings,
}


def check_plan(document: Mapping[str, Any], registry: Registry) -> Plan:
    """The plan that a document describes.

    Raises :class:`UserError` for an unknown name or key, a value that does not fit, or a
    model that can't take the dataset. Whether the framework is installed is not asked here,
    nor whether the followers are right.
    """
    _check_keys(document)
    names = {kind: _name(document, kind) for kind in CHOICES}
    backend = registry.backend(names["backend"])
    specs: dict[str, Any] = {
        "backend": backend,
        "dataset": registry.dataset(names["dataset"]),
        "model": registry.model(names["model"], backend.name),
        "optimizer": registry.optimizer(names["optimizer"], backend.name),
    }
    chosen = {
        kind: Choice(names[kind], _choice_options(document, kind, specs[kind].options))
        for kind in CHOICES
    }
    plan = Plan(
        **chosen,
        run=_run_settings(document, backend),
        data=_settings(document, "data"),
        schedule=_settings(document, "schedule"),
        checkpoint=_settings(document, "checkpoint"),
        plugins=_plugins(document),
        followers=read_followers(document),
    )
    _check_own_code(document, registry, plan)
    if specs["dataset"].options is not AnyOptions:  # else only its code can tell
        check_fit(plan, registry, specs["dataset"].info_for(plan.dataset.options))
    if backend.launcher != "local":
        check_batch(plan.data.batch_size, len(device_indices(plan.run, 0)))
    return plan


def _check_own_code(document: Mapping[str, Any], registry: Registry, plan: Plan) -> None:
    """Refuse a function that nobody gave to this plan, and an optimizer of unknown rate."""
    given = {parts[1] for item in plan.plugins if (parts := entry_parts(item))}
    for place in places(document, [item.name for item in registry.plugins]):
        if place not in given:
            raise UserError(
                f"The plan names code, {place}, and nobody has trusted its folder: look at it, "
                "then run `workbench trust` there, or name it on the command line."
            )
    options = plan.optimizer.options
    if isinstance(options, AnyOptions) and not isinstance(options.values.get("lr"), (int, float)):
        raise OptionError(
            f"optimizer.lr is not set for {plan.optimizer.name}; say its learning rate."
        )


def _check_keys(document: Mapping[str, Any]) -> None:
    run_keys = [item.name for item in option_fields(RunSettings)]
    known = [*run_keys, *CHOICES, *TABLES, FOLLOWERS, "plugins"]
    for key, value in document.items():
        if key not in known:
            raise OptionError(unknown_name(key, key, known, "key of a plan"))
        if key in (*CHOICES, *TABLES) and not isinstance(value, Mapping):
            raise OptionError(f"{key} must be a table, such as [{key}] with name = ...")


def _name(document: Mapping[str, Any], kind: str) -> str:
    name = document.get(kind, {}).get("name")
    if name is None:
        raise OptionError(f"The plan names no {kind}; add {kind}.name.")
    if not isinstance(name, str):
        raise OptionError(f"{kind}.name must be text, but is {name}.")
    return name


def _choice_options(document: Mapping[str, Any], kind: str, options_type: type) -> Any:
    values = {key: value for key, value in document[kind].items() if key != "name"}
    options = parse_options(options_type, values, where=f"{kind}.")
    for item in option_fields(options_type):
        if item.is_path and item.default == "" and not getattr(options, item.name):
            raise OptionError(f"{kind}.{item.name} is not set. {item.help}")
    return options


def _settings(document: Mapping[str, Any], table: str) -> Any:
    return parse_options(TABLES[table], document.get(table, {}), where=f"{table}.")


def _run_settings(document: Mapping[str, Any], backend: BackendSpec) -> RunSettings:
    fields = {item.name: item for item in option_fields(RunSettings)}
    if "devices" in document:
        document = {**document, "devices": devices_text(document["devices"])}
    values = {
        key: check_value(fields[key], value) for key, value in document.items() if key in fields
    }
    settings = RunSettings(**values)
    if not _DEVICE.fullmatch(settings.device):
        raise OptionError(f'device must be auto, cpu, cuda:N or mps, but is "{settings.device}".')
    check_devices(settings, backend)
    losses = [loss.name for loss in backend.losses]
    if settings.loss not in losses:
        wanted = f"loss for {backend.name}"
        raise OptionError(unknown_name(settings.loss, settings.loss, losses, wanted))
    return settings


def _plugins(document: Mapping[str, Any]) -> tuple[str, ...]:
    plugins = document.get("plugins", [])
    if not (isinstance(plugins, list) and all(isinstance(item, str) for item in plugins)):
        raise OptionError("plugins must be a list of paths.")
    return tuple(plugins)


def check_fit(plan: Plan, registry: Registry, dataset: DatasetInfo) -> None:
    """Raise :class:`UserError` if the plan's parts don't fit what is known of the dataset."""
    backend = registry.backend(plan.backend.name)
    _check_loss(plan, backend, dataset)
    model = registry.model(plan.model.name, backend.name)
    reason = _refusal(model, dataset, plan.model) if dataset.shape else None
    if reason:
        raise UserError(
            f"The model {plan.model.name} can't take the dataset {plan.dataset.name}: {reason}"
        )
    training_size = dataset.sizes.get("train", 0)
    if plan.data.drop_last and 0 < training_size < plan.data.batch_size:
        raise UserError(
            f"data.batch_size {plan.data.batch_size} with data.drop_last leaves no batch of the "
            f"{training_size} training items of {plan.dataset.name}; choose a smaller batch."
        )


def fitting_losses(backend: BackendSpec, task: Task) -> list[str]:
    """The losses of a backend that fit a task; the first is taken where nobody says which."""
    return [loss.name for loss in backend.losses if task in loss.tasks]


def _check_loss(plan: Plan, backend: BackendSpec, dataset: DatasetInfo) -> None:
    fitting = fitting_losses(backend, dataset.task)
    if plan.run.loss not in fitting:
        wanted = f"set loss to {' or '.join(fitting)}" if fitting else "choose another backend"
        raise UserError(
            f"The loss {plan.run.loss} is not for the dataset {plan.dataset.name}, whose task is "
            f"{dataset.task}; {wanted}."
        )


def _refusal(model: ModelSpec, dataset: DatasetInfo, choice: Choice) -> str | None:
    """Why the model can't take the dataset, asked of its plugin."""
    if model.refuse is None:
        return None
    try:
        return model.refuse(dataset, choice.options)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise WorkbenchError(
            f"The plugin of the model {choice.name} fails when it is asked about the dataset "
            f"{dataset.name} ({reason}); tell its author."
        ) from error
