"""Models for others, as files and folders."""

from pathlib import Path

import safetensors.numpy

from workbench.api import ExportFormat, UserError
from workbench_keras.backend_specs import EXPORTS
from workbench_keras.checkpoint import by_path, read_value
from workbench_keras.framework import keras

_FORMATS = {item.name: item for item in EXPORTS}


def export_model(
    model: keras.Model, target: Path, format: str, item_shape: tuple[int, ...]
) -> None:
    """Write a model, which takes items of this shape, to a new file or folder.

    Raises :class:`UserError` for a format there is not, a name without its suffix, or a
    model that the format can't hold.
    """
    found = _FORMATS.get(format)
    if found is None:
        raise UserError(
            f'The Keras backend has no export format "{format}"; choose {", ".join(_FORMATS)}.'
        )
    _check_suffix(target, found)
    match format:
        case "keras":
            model.save(target)
        case "weights":
            model.save_weights(target)
        case "safetensors":
            weights = by_path(model.weights).items()
            safetensors.numpy.save_file({name: read_value(item) for name, item in weights}, target)
        case "onnx":
            _export_onnx(model, target, item_shape)
        case _:
            model.export(target, format="tf_saved_model", verbose=False)


def _export_onnx(model: keras.Model, target: Path, item_shape: tuple[int, ...]) -> None:
    """One input ``input``, ``(batch, *item_shape)`` in float32, for any batch size."""
    inputs = keras.InputSpec(shape=(None, *item_shape), dtype="float32", name="input")
    try:
        model.export(target, format="onnx", verbose=False, input_signature=[inputs])
    except Exception as error:  # Keras, TensorFlow and the converter have errors of their own
        reason = type(error).__name__
        raise UserError(
            f"The model {model.name} can't be written as ONNX ({reason}); choose another format."
        ) from error


def _check_suffix(target: Path, format: ExportFormat) -> None:
    if not target.name.endswith(format.suffix):
        raise UserError(
            f"{target.name} must end in {format.suffix} for the format {format.name}; "
            "choose another name."
        )
