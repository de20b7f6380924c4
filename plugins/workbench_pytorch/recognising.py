"""Which model of this plugin the weights of a file are of."""

import re
from collections.abc import Mapping

Shape = tuple[int, ...]

_LINEAR = re.compile(r"linear_relu_stack\.(\d+)\.weight")
_CONVOLUTION = re.compile(r"features\.(\d+)\.weight")


def likely_model(shapes: Mapping[str, Shape]) -> str | None:
    """The model and its options in words, e.g. ``the model mlp with model.hidden=512``.

    ``shapes`` are those of a ``state_dict``. ``None`` for weights that none of the models has.
    """
    return _mlp(shapes) or _cnn(shapes)


def _mlp(shapes: Mapping[str, Shape]) -> str | None:
    linear = _in_order(_LINEAR, shapes)
    if not linear or any(len(shape) != 2 for shape in linear):
        return None
    hidden = ",".join(str(shape[0]) for shape in linear[:-1]) or "[]"
    inputs, classes = linear[0][1], linear[-1][0]
    return f"the model mlp with model.hidden={hidden} for {inputs} inputs and {classes} classes"


def _cnn(shapes: Mapping[str, Shape]) -> str | None:
    convolutions = _in_order(_CONVOLUTION, shapes)
    first, last = shapes.get("classifier.2.weight", ()), shapes.get("classifier.4.weight", ())
    if any(len(shape) != 4 for shape in convolutions) or len(first) != 2 or len(last) != 2:
        return None
    channels = ",".join(str(shape[0]) for shape in convolutions) or "[]"
    return (
        f"the model cnn with model.channels={channels} and model.hidden={first[0]} for "
        f"{last[0]} classes"
    )


def _in_order(pattern: re.Pattern[str], shapes: Mapping[str, Shape]) -> list[Shape]:
    found = [(int(match[1]), shapes[match[0]]) for match in map(pattern.fullmatch, shapes) if match]
    return [shape for _, shape in sorted(found)]
