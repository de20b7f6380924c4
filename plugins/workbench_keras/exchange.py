"""Models for others, and weights from others, in Keras's own formats."""

from pathlib import Path

from workbench.api import ExportFormat, UserError
from workbench_keras.backend_specs import EXPORTS
from workbench_keras.checkpoint import read_value
from workbench_keras.framework import keras

_FORMATS = {item.name: item for item in EXPORTS}


def export_model(model: keras.Model, target: Path, format: str) -> None:
    """Write a model to a new file or folder.

    Raises :class:`UserError` for a format there is not, or a name without its suffix.
    """
    found = _FORMATS.get(format)
    if found is None:
        raise UserError(
            f'The Keras backend has no export format "{format}"; choose {", ".join(_FORMATS)}.'
        )
    _check_suffix(target, found)
    if format == "keras":
        model.save(target)
    elif format == "weights":
        model.save_weights(target)
    else:
        model.export(target, format="tf_saved_model", verbose=False)


def import_weights(model: keras.Model, path: Path) -> None:
    """Read a model's weights from a ``.keras`` or ``.h5`` file; its code is not looked at.

    Random generators keep their states. Raises :class:`UserError` for a file that is
    damaged or of another model, and leaves the weights as they were.
    """
    before = [(variable, read_value(variable)) for variable in model.variables]
    weights = {id(variable) for variable in model.weights}
    is_read = False
    try:
        model.load_weights(path)
        is_read = True
    except Exception as error:  # HDF5, the archive and Keras each have errors of their own
        raise UserError(
            f"{path} holds no weights that fit the model {model.name} "
            f"({type(error).__name__}); choose a file saved from such a model."
        ) from error
    finally:
        for variable, value in before:
            if not (is_read and id(variable) in weights):
                variable.assign(value)


def _check_suffix(target: Path, format: ExportFormat) -> None:
    if not target.name.endswith(format.suffix):
        raise UserError(
            f"{target.name} must end in {format.suffix} for the format {format.name}; "
            "choose another name."
        )
