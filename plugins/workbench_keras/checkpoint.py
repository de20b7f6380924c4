"""The files of a checkpoint: variables as safetensors, all else as JSON."""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy

from workbench.api import UserError
from workbench_keras.framework import keras

MODEL_FILE = "model.safetensors"
OPTIMIZER_FILE = "optimizer.safetensors"
TRAINER_FILE = "trainer.json"


class VariableFiles:
    """The variables of a model and its optimizer, by names that are the same in each process.

    The model's are its weights and the states of its seed generators.
    """

    def __init__(self, model: keras.Model, optimizer: keras.Optimizer) -> None:
        self._model = by_path(model.variables)
        self._weights = by_path(model.weights)
        self._optimizer = by_path(optimizer.variables)

    def write(self, folder: Path) -> None:
        """Write the variables' values into a folder."""
        for name, variables in ((MODEL_FILE, self._model), (OPTIMIZER_FILE, self._optimizer)):
            values = {path: read_value(variable) for path, variable in variables.items()}
            write_file(folder / name, safetensors.numpy.save(values))

    def read(self, folder: Path) -> None:
        """Assign the values that :meth:`write` wrote: all, or none.

        Raises :class:`UserError` for a file that is missing, damaged or of other variables.
        """
        model = _read_tensors(folder / MODEL_FILE)
        _check(model, self._model, folder / MODEL_FILE)
        optimizer = _read_tensors(folder / OPTIMIZER_FILE)
        _check(optimizer, self._optimizer, folder / OPTIMIZER_FILE)
        _assign(self._model, model)
        _assign(self._optimizer, optimizer)

    def read_weights(self, folder: Path) -> None:
        """Assign the model's weights alone; raises :class:`UserError` as :meth:`read`."""
        found = _read_tensors(folder / MODEL_FILE)
        weights = {path: value for path, value in found.items() if not is_seed(path)}
        _check(weights, self._weights, folder / MODEL_FILE)
        _assign(self._weights, weights)


def by_path(variables: Iterable[Any]) -> dict[str, Any]:
    """Keras variables by their paths; a path that came before gets a number."""
    named: dict[str, Any] = {}
    for variable in variables:
        path, number = variable.path, 2
        while path in named:
            path, number = f"{variable.path}#{number}", number + 1
        named[path] = variable
    return named


def is_seed(path: str) -> bool:
    """Whether this is the path of a seed generator's state, by the name Keras gives it."""
    return "seed_generator_state" in path.rpartition("/")[2]


def read_value(variable: Any) -> Any:
    """A Keras variable's value as a NumPy array."""
    return np.ascontiguousarray(variable.numpy()).reshape(tuple(variable.shape))


def write_file(path: Path, content: bytes) -> None:
    """Write a file and wait until it is on the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def write_state(folder: Path, state: Mapping[str, Any]) -> None:
    """Write what is no tensor."""
    write_file(folder / TRAINER_FILE, (json.dumps(dict(state), indent=2) + "\n").encode())


def read_epoch(folder: Path) -> int:
    """The epoch that :func:`write_state` wrote; raises :class:`UserError` without one."""
    path = folder / TRAINER_FILE
    try:
        epoch = json.loads(_read_bytes(path))["epoch"]
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(path) from error
    if not isinstance(epoch, int) or epoch < 0:
        raise _damaged(path)
    return epoch


def _assign(variables: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    for path, variable in variables.items():
        variable.assign(values[path])


def _read_tensors(path: Path) -> dict[str, Any]:
    content = _read_bytes(path)
    try:
        return safetensors.numpy.load(content)
    except Exception as error:  # safetensors and NumPy have errors of their own
        raise _damaged(path) from error


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UserError(
            f"The checkpoint {path.parent} has no {path.name}; choose another checkpoint."
        ) from None
    except OSError as error:
        raise UserError(
            f"{path} can't be read ({error.strerror}); choose another checkpoint."
        ) from error


def _damaged(path: Path) -> UserError:
    return UserError(f"{path} is damaged; choose another checkpoint.")


def _check(found: Mapping[str, Any], variables: Mapping[str, Any], path: Path) -> None:
    for name in sorted(found.keys() | variables.keys()):
        there = _form(found[name].shape, found[name].dtype) if name in found else "missing"
        here = "missing"
        if name in variables:
            here = _form(variables[name].shape, variables[name].dtype)
        if there != here:
            part = "model" if path.name == MODEL_FILE else "optimizer"
            raise UserError(
                f"The checkpoint {path.parent} is of another {part}: {name} is {there} there and "
                f"{here} in this one; choose a checkpoint of this {part}."
            )


def _form(shape: Iterable[int], dtype: Any) -> str:
    return " ".join(["x".join(map(str, shape)) or "scalar", str(dtype)])
