"""A model as plain values."""

import math
from typing import Any

import torch
from torch import Tensor, nn

from workbench.api import LayerInfo, ModelSummary, TensorStats

_BINS = 20


def summarize(model: nn.Module, item: Tensor) -> ModelSummary:
    """The model's text, layers, parameter counts and statistics.

    ``item`` is one prepared input ``(1, ...)``, passed through the model once in evaluation
    mode for the shapes of the outputs.
    """
    shapes = _output_shapes(model, item)
    parameters = list(model.parameters())
    return ModelSummary(
        text=str(model),
        layers=tuple(
            _layer(name, module, shapes.get(name, ()))
            for name, module in model.named_modules()
            if _is_layer(module)
        ),
        parameters=sum(parameter.numel() for parameter in parameters),
        trainable=sum(item.numel() for item in parameters if item.requires_grad),
        tensors=tuple(_stats(name, tensor) for name, tensor in model.named_parameters()),
    )


def _is_layer(module: nn.Module) -> bool:
    """A module without parts, or with parameters of its own beside them."""
    has_parts = next(module.children(), None) is not None
    return not has_parts or next(module.parameters(recurse=False), None) is not None


def _output_shapes(model: nn.Module, item: Tensor) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {}

    def record(name: str) -> Any:
        def hook(_module: nn.Module, _inputs: Any, output: Any) -> None:
            first = output[0] if isinstance(output, (tuple, list)) else output
            if isinstance(first, Tensor):
                shapes[name] = tuple(first.shape[1:])

        return hook

    hooks = [
        module.register_forward_hook(record(name))
        for name, module in model.named_modules()
        if _is_layer(module)
    ]
    was_training = model.training
    try:
        model.eval()
        with torch.no_grad():
            model(item)
    finally:
        model.train(was_training)
        for hook in hooks:
            hook.remove()
    return shapes


def _layer(name: str, module: nn.Module, output_shape: tuple[int, ...]) -> LayerInfo:
    own = list(module.parameters(recurse=False))
    return LayerInfo(
        name=name,
        kind=type(module).__name__,
        output_shape=output_shape,
        parameters=sum(parameter.numel() for parameter in own),
        trainable=sum(parameter.numel() for parameter in own if parameter.requires_grad),
    )


def _stats(name: str, tensor: Tensor) -> TensorStats:
    shape, dtype = tuple(tensor.shape), str(tensor.dtype).removeprefix("torch.")
    if tensor.numel() == 0:
        return TensorStats(name, shape, dtype, 0.0, 0.0, 0.0, 0.0)
    values = tensor.detach().float()
    read = (values.mean(), values.std(correction=0), values.min(), values.max())
    mean, std, low, high = torch.stack(read).tolist()
    return TensorStats(name, shape, dtype, mean, std, low, high, _histogram(values, low, high))


def _histogram(values: Tensor, low: float, high: float) -> tuple[int, ...]:
    """Counts in bins of equal width; empty where there is no finite range."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return ()
    return tuple(int(count) for count in torch.histc(values.cpu(), _BINS, low, high).tolist())
