"""Weights that someone else saved, read without running anything of theirs."""

import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn

from workbench.api import UserError
from workbench_pytorch.recognising import likely_model

Tensors = Mapping[str, Tensor]


def import_weights(path: Path, model: nn.Module) -> None:
    """Put a file's weights into the model: all, or none.

    Raises :class:`UserError` for a file that holds anything but weights, or that doesn't fit.
    """
    tensors = _READERS[path.suffix](path)
    _check_fit(tensors, model.state_dict(), path)
    model.load_state_dict(tensors)


def _read_pth(path: Path) -> Tensors:
    """A ``state_dict``, alone or as ``model_state_dict`` beside others."""
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        raise UserError(
            f"{path} is damaged or holds more than weights, such as a whole model or code, and "
            "nothing of it was run; import a file made by torch.save(model.state_dict(), ...)."
        ) from None
    except Exception as error:  # each kind of damage has its own error
        raise _unreadable(path, error) from error
    found = content.get("model_state_dict", content) if isinstance(content, dict) else None
    if not (isinstance(found, dict) and found and all(map(_is_entry, found.items()))):
        raise UserError(
            f"{path} holds no state_dict; import a file made by "
            "torch.save(model.state_dict(), ...)."
        )
    return found


def _read_safetensors(path: Path) -> Tensors:
    try:
        return safetensors.torch.load_file(path)
    except (safetensors.SafetensorError, OSError, ValueError) as error:
        raise _unreadable(path, error) from error


_READERS: dict[str, Callable[[Path], Tensors]] = {
    ".pth": _read_pth,
    ".pt": _read_pth,
    ".safetensors": _read_safetensors,
}


def _unreadable(path: Path, error: Exception) -> UserError:
    reason = type(error).__name__
    return UserError(f"{path} can't be read as weights ({reason}); import another file.")


def _is_entry(item: tuple[Any, Any]) -> bool:
    name, tensor = item
    is_plain = isinstance(tensor, Tensor) and tensor.device.type == "cpu" and not tensor.is_sparse
    return isinstance(name, str) and is_plain


def _check_fit(tensors: Tensors, own: Tensors, path: Path) -> None:
    shapes = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    for name in (*own, *(tensors.keys() - own.keys())):
        there, here = _form(tensors, name), _form(own, name)
        if there != here:
            likely = likely_model(shapes)
            advice = f"it looks like {likely}" if likely else "choose the model that it is of"
            raise UserError(
                f"{path} doesn't fit this model: {name} is {there} there and {here} here; {advice}."
            )


def _form(tensors: Tensors, name: str) -> str:
    if name not in tensors:
        return "missing"
    tensor = tensors[name]
    kind = "" if tensor.is_floating_point() else f" of {str(tensor.dtype).removeprefix('torch.')}"
    return ("x".join(map(str, tensor.shape)) or "a number") + kind
