"""Which model of this plugin the weights of a file are of."""

import re
from collections.abc import Mapping
from itertools import pairwise

Shape = tuple[int, ...]


def likely_model(shapes: Mapping[str, Shape]) -> str | None:
    """The model and its options in words, e.g. ``the model dense with model.units=64``.

    ``shapes`` are those of the weights, by names that are numbered in the order of the
    layers. ``None`` for weights that none of the models has.
    """
    kernels = [shapes[name] for name in sorted(shapes, key=_by_number)]
    convolutions = [shape for shape in kernels if len(shape) == 4]
    dense = [shape for shape in kernels if len(shape) == 2]
    if not dense or any(wide[1] != following[0] for wide, following in pairwise(dense)):
        return None
    classes = dense[-1][1]
    if not convolutions:
        units = ",".join(str(shape[1]) for shape in dense[:-1]) or "[]"
        inputs = dense[0][0]
        return f"the model dense with model.units={units} for {inputs} inputs and {classes} classes"
    if len(dense) != 2:
        return None
    filters = ",".join(str(shape[3]) for shape in convolutions)
    return (
        f"the model cnn with model.filters={filters} and model.units={dense[0][1]} for "
        f"{classes} classes"
    )


def _by_number(name: str) -> list[str | int]:
    """Sorts ``dense_2`` before ``dense_10``, and ``dense`` before both."""
    parts = re.split(r"(\d+)", name)
    return [int(part) if part.isdecimal() else part for part in parts]
