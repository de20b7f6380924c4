"""A model as a file for elsewhere: plain PyTorch, safetensors or ONNX."""

import copy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from workbench.api import UserError
from workbench_pytorch.checkpoint import on_host


def export_model(
    target: Path, format: str, model: nn.Module, optimizer: Optimizer, item: Tensor
) -> None:
    """Write the new file ``target``; each format holds tensors of the CPU.

    ``item`` is one prepared input ``(1, ...)``. Raises :class:`UserError` for a model that
    the format can't hold.
    """
    _WRITERS[format](target, model, optimizer, item)


def _write_pth(target: Path, model: nn.Module, *_rest: Any) -> None:
    torch.save(on_host(model.state_dict()), target)


def _write_pth_with_optimizer(
    target: Path, model: nn.Module, optimizer: Optimizer, _item: Tensor
) -> None:
    state = {
        "model_state_dict": on_host(model.state_dict()),
        "optimizer_state_dict": _nested_on_host(optimizer.state_dict()),
    }
    torch.save(state, target)


def _write_safetensors(target: Path, model: nn.Module, *_rest: Any) -> None:
    safetensors.torch.save_file(on_host(model.state_dict()), target, {"format": "pt"})


def _write_onnx(target: Path, model: nn.Module, _optimizer: Optimizer, item: Tensor) -> None:
    """From ``input`` ``(batch, ...)`` to ``logits`` ``(batch, classes)``, any batch size."""
    # A copy, because training goes on with the model itself, on its device and in its mode.
    plain = copy.deepcopy(model).cpu().to(memory_format=torch.contiguous_format).eval()
    try:
        torch.onnx.export(
            plain,
            (item.cpu().contiguous(),),
            str(target),
            input_names=["input"],
            output_names=["logits"],
            dynamic_shapes=({0: torch.export.Dim("batch")},),
            external_data=False,
            dynamo=True,
            verbose=False,
        )
    except torch.onnx.OnnxExporterError as error:
        reason = str(error).strip().splitlines()[0]
        raise UserError(
            f"The model can't be written as ONNX ({reason}); choose another format."
        ) from error


_WRITERS: dict[str, Callable[..., None]] = {
    "pth": _write_pth,
    "pth-with-optimizer": _write_pth_with_optimizer,
    "safetensors": _write_safetensors,
    "onnx": _write_onnx,
}


def _nested_on_host(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value.detach().cpu()
    if isinstance(value, Mapping):
        return {key: _nested_on_host(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_nested_on_host(item) for item in value)
    return value
