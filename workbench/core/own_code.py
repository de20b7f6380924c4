"""A person's own function as a dataset, model or optimizer: ``module:function`` in a plan.

A plan that names one has in its ``plugins`` where it is imported from, ``FOLDER:module:function``;
so it is trusted, remembered with a run and found again as a plugin's file is.
"""

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from workbench.api.data import ArraySplit, DatasetInfo, Described, Kind, Split
from workbench.api.errors import UserError
from workbench.api.factories import resolve
from workbench.api.options import AnyOptions
from workbench.api.specs import DatasetSpec, ModelSpec, OptimizerSpec

KINDS = ("dataset", "model", "optimizer")
_PLACE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")
_WORDS = "your own function; its options are passed on as they are"


def is_place(name: str) -> bool:
    """Whether a name is written ``module:function``."""
    return _PLACE.fullmatch(name) is not None


def code_entry(folder: Path, place: str) -> str:
    """What a plan's ``plugins`` has for a function."""
    return f"{folder.absolute()}:{place}"


def entry_parts(entry: str) -> tuple[str, str] | None:
    """The folder and the place of an entry; ``None`` for a plugin's file or folder."""
    parts = entry.rsplit(":", 2)
    if len(parts) != 3 or not is_place(":".join(parts[1:])):
        return None
    return parts[0], ":".join(parts[1:])


def plugin_files(named: Iterable[str]) -> list[str]:
    """Of a plan's ``plugins`` those that are files or folders."""
    return [item for item in named if entry_parts(item) is None]


def places(document: Mapping[str, Any], plugins: Iterable[str]) -> list[str]:
    """The functions that a plan's document names; ``PLUGIN:NAME`` of these plugins is none."""
    tables = [document.get(kind) for kind in KINDS]
    names = [table.get("name") for table in tables if isinstance(table, Mapping)]
    known = set(plugins)
    return [
        name
        for name in names
        if isinstance(name, str) and is_place(name) and name.partition(":")[0] not in known
    ]


def code_of(document: Mapping[str, Any], folder: Path) -> list[str]:
    """Entries for the functions that a file in this folder names, and that have none yet."""
    names = [table.get("name") for table in map(document.get, KINDS) if isinstance(table, Mapping)]
    if not any(isinstance(name, str) and is_place(name) for name in names):
        return []
    import importlib.metadata

    installed = importlib.metadata.entry_points(group="workbench").names
    plugins = document.get("plugins", [])
    named = [item for item in plugins if isinstance(item, str)] if isinstance(plugins, list) else []
    files = [Path(item).stem.replace("_", "-") for item in plugin_files(named)]
    have = {parts[1] for item in named if (parts := entry_parts(item))}
    found = [place for place in places(document, [*installed, *files]) if place not in have]
    return [code_entry(folder, place) for place in found]


def import_from(entries: Iterable[str]) -> None:
    """Let the worker import the functions of a plan from their folders."""
    for entry in entries:
        parts = entry_parts(entry)
        if parts is not None and parts[0] not in sys.path:
            sys.path.insert(0, parts[0])


def own_spec(kind: str, place: str, backend: str | None) -> Any:
    """The spec of a function; nothing is imported."""
    text: dict[str, Any] = {"name": place, "title": place, "description": f"{place}: {_WORDS}"}
    if kind == "dataset":
        return DatasetSpec(
            **text,
            kind="vector",
            options=AnyOptions,
            load=lambda options: _dataset(place, _called(place, options.values)),
        )
    make = {"model": ModelSpec, "optimizer": OptimizerSpec}[kind]
    build = {"model": _model, "optimizer": _optimizer}[kind]
    return make(
        **text,
        backend=backend or "",
        options=AnyOptions,
        build=lambda given, options: build(place, given, options.values),
    )


def _model(place: str, dataset: DatasetInfo, values: Mapping[str, Any]) -> Any:
    """The function's model; one with a parameter ``dataset`` is told what it is for."""
    takes = _parameters(place)
    return _called(place, {"dataset": dataset, **values} if "dataset" in takes else values)


def _optimizer(place: str, parameters: Any, values: Mapping[str, Any]) -> Any:
    """The function's optimizer; ``lr`` is passed as what it calls the learning rate."""
    takes = _parameters(place)
    given = dict(values)
    if "lr" not in takes and "learning_rate" in takes:
        given["learning_rate"] = given.pop("lr")
    for name in ("params", "parameters"):
        if name in takes:
            given[name] = parameters
    return _called(place, given)


def _imported(place: str) -> Callable[..., Any]:
    module = place.partition(":")[0]
    try:
        return resolve(place)
    except UserError:
        raise
    except ModuleNotFoundError as error:
        if error.name and (module == error.name or module.startswith(f"{error.name}.")):
            raise UserError(
                f'There is no module "{error.name}" for {place}; start from its folder.'
            ) from error
        raise UserError(f"{place} can't be imported: {error}; install what it needs.") from error
    except Exception as error:
        raise UserError(
            f"{place} can't be imported: {type(error).__name__}: {error}; mend {module}."
        ) from error


def _parameters(place: str) -> frozenset[str]:
    try:
        return frozenset(inspect.signature(_imported(place)).parameters)
    except (TypeError, ValueError):  # one written in C may not say
        return frozenset()


def _called(place: str, values: Mapping[str, Any]) -> Any:
    function = _imported(place)
    try:
        return function(**values)
    except UserError:
        raise
    except Exception as error:
        raise UserError(
            f"{place} fails: {type(error).__name__}: {error}; mend it or its options."
        ) from error


def _dataset(place: str, made: Any) -> Described:
    """Splits with what is to be said of them; arrays say it themselves.

    A function gives a :class:`Described`, or splits or pairs of arrays (inputs, labels): by
    name, or those to train on and those to test on, as Keras's own do.
    """
    if isinstance(made, Described):
        return made
    if isinstance(made, (tuple, list)) and len(made) == 2:
        made = dict(zip(("train", "test"), made, strict=True))
    if not isinstance(made, Mapping) or not {"train", "test"} <= made.keys():
        raise UserError(
            f'{place} gives a {type(made).__name__}; return {{"train": (inputs, labels), '
            '"test": (inputs, labels)}, or a workbench.api.Described.'
        )
    splits = {name: _split(place, str(name), value) for name, value in made.items()}
    return Described(_info(place, splits), splits)


def _split(place: str, name: str, value: Any) -> Split:
    import numpy as np

    if isinstance(value, (tuple, list)) and len(value) == 2:
        inputs, labels = (np.asarray(part) for part in value)
        if labels.dtype.kind == "f":
            labels = labels.astype(np.float32).reshape(len(labels), -1)
        else:
            labels = labels.astype(np.int64).reshape(-1)
        if len(inputs) != len(labels) or inputs.ndim < 2:
            raise UserError(
                f'{place} gives inputs {inputs.shape} and labels {labels.shape} in "{name}"; they '
                "need as many rows, and inputs more than one dimension."
            )
        return ArraySplit(inputs, labels)
    if isinstance(value, Split):
        return value
    raise UserError(f'{place} gives a {type(value).__name__} in "{name}"; return arrays.')


def _info(place: str, splits: Mapping[str, Split]) -> DatasetInfo:
    """What the training split's arrays say: the shape, and classes or targets."""
    import numpy as np

    arrays = splits["train"].arrays()
    if arrays is None:
        raise UserError(f"{place} gives splits without arrays; return a workbench.api.Described.")
    inputs, labels = arrays
    is_image = inputs.ndim in (3, 4) and inputs.dtype == np.uint8
    if not is_image and inputs.ndim != 2:
        raise UserError(
            f"{place} gives inputs {inputs.shape} of {inputs.dtype}; return uint8 images (N, "
            "height, width) or (N, height, width, channels), or vectors (N, features)."
        )
    sizes = {name: len(split) for name, split in splits.items()}
    kind: Kind = "image" if is_image else "vector"
    shape, dtype = tuple(inputs.shape[1:]), str(inputs.dtype)
    if labels.dtype.kind == "f":
        targets = tuple(f"y{place}" for place in range(labels.shape[1]))
        return DatasetInfo(place, kind, shape, dtype, (), sizes, "regression", targets)
    highest = max(int(split.arrays()[1].max()) for split in splits.values() if len(split))  # type: ignore[index]
    classes = tuple(str(label) for label in range(max(2, highest + 1)))
    return DatasetInfo(place, kind, shape, dtype, classes, sizes)
