"""Weights that someone else saved, read without looking at their model's configuration."""

import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import safetensors.numpy

from workbench.api import UserError
from workbench_keras.checkpoint import by_path, is_seed, read_value
from workbench_keras.framework import keras
from workbench_keras.recognising import likely_model

Shape = tuple[int, ...]

_ARCHIVED = "model.weights.h5"
"""The weights inside a ``.keras`` archive; the rest of it is a configuration that can hold code."""


def import_weights(model: keras.Model, path: Path) -> None:
    """Read a model's weights from a ``.keras``, ``.h5`` or ``.safetensors`` file.

    Random generators keep their states. Raises :class:`UserError` for a file that is
    damaged or of another model, and leaves the weights as they were.
    """
    try:
        if path.suffix == ".safetensors":
            _read_safetensors(model, path)
        else:
            _read_keras(model, path)
    except UserError:
        raise
    except Exception as error:  # HDF5, the archive and Keras each have errors of their own
        raise UserError(
            f"{path} holds no weights that fit the model {model.name} "
            f"({type(error).__name__}); choose a file saved from such a model."
        ) from error


def _read_safetensors(model: keras.Model, path: Path) -> None:
    found = safetensors.numpy.load_file(path)
    weights = by_path(model.weights)
    _check_fit(
        {name: value.shape for name, value in found.items() if not is_seed(name)},
        {name: tuple(weight.shape) for name, weight in weights.items()},
        {name: name for name in weights},
        path,
    )
    for name, weight in weights.items():
        weight.assign(found[name])


def _read_keras(model: keras.Model, path: Path) -> None:
    if path.name.endswith((".keras", ".weights.h5")):
        there, _ = _stored(path)
        here, names = _own(model)
        known = {name: shape for name, shape in there.items() if _is_of_model(name, here)}
        _check_fit(known, here, names, path)
    before = [(variable, read_value(variable)) for variable in model.variables]
    weights = {id(variable) for variable in model.weights}
    is_read = False
    try:
        model.load_weights(path)
        is_read = True
    finally:
        for variable, value in before:
            if not (is_read and id(variable) in weights):
                variable.assign(value)


def _stored(path: Path) -> tuple[dict[str, Shape], dict[str, str]]:
    """The shapes of a file's tensors by their places in it, and the layers they say they are of.

    Those that HDF5 would read out of other files are left out.
    """
    if path.suffix == ".keras":
        with zipfile.ZipFile(path) as archive, archive.open(_ARCHIVED) as member:
            return _tensors(h5py.File(member, "r"))
    with h5py.File(path, "r") as file:
        return _tensors(file)


def _tensors(file: h5py.File) -> tuple[dict[str, Shape], dict[str, str]]:
    shapes: dict[str, Shape] = {}
    layers: dict[str, str] = {}

    def visit(name: str, item: Any) -> None:  # called for no link
        if isinstance(item, h5py.Dataset) and not (item.external or item.is_virtual):
            shapes[name] = tuple(item.shape)
            layers[name] = str(item.parent.attrs.get("name", ""))

    file.visititems(visit)
    return shapes, layers


def _own(model: keras.Model) -> tuple[dict[str, Shape], dict[str, str]]:
    """The shapes of the model's weights by their places in a file, and what to call each."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "own.weights.h5")
        model.save_weights(path)
        shapes, layers = _stored(path)
    kinds = {layer.name: [weight.name for weight in layer.weights] for layer in model.layers}
    names = {}
    for place, layer in layers.items():
        number = place.rpartition("/")[2]
        kind = dict(enumerate(kinds.get(layer, ()))).get(int(number) if number.isdecimal() else -1)
        names[place] = f"the {kind} of {layer}" if kind else place
    return shapes, names


def _is_of_model(place: str, own: Mapping[str, Shape]) -> bool:
    """Whether a tensor must fit: not an optimizer's, and not a random generator's."""
    return place in own or (place.startswith("layers/") and "seed_generator" not in place)


def _check_fit(
    there: Mapping[str, Shape], here: Mapping[str, Shape], names: Mapping[str, str], path: Path
) -> None:
    for place in sorted(there.keys() | here.keys(), key=lambda place: (place not in here, place)):
        if there.get(place) != here.get(place):
            likely = likely_model(there)
            advice = f"it looks like {likely}" if likely else "choose the model that it is of"
            raise UserError(
                f"{path} doesn't fit this model: {names.get(place, place)} is "
                f"{_form(there.get(place))} there and {_form(here.get(place))} here; {advice}."
            )


def _form(shape: Shape | None) -> str:
    return "missing" if shape is None else "x".join(map(str, shape)) or "a number"
