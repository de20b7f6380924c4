"""The tensors of one forward and backward pass, which changes nothing."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from workbench.api.tensors import TensorKind, TensorView, tensor_view

Loss = Callable[[Tensor, Tensor], Tensor]


def view(tensor: Tensor, name: str, kind: TensorKind) -> TensorView:
    """A tensor as plain values."""
    plain = tensor.detach().cpu()
    # NumPy has no bfloat16.
    array = (plain.float() if plain.is_floating_point() else plain).numpy()
    return tensor_view(
        array,
        name=name,
        kind=kind,
        dtype=str(tensor.dtype).removeprefix("torch."),
        device=str(tensor.device),
        requires_grad=tensor.requires_grad,
        grad_fn=type(tensor.grad_fn).__name__ if tensor.grad_fn is not None else "",
    )


def read_tensors(
    model: nn.Module, optimizer: Optimizer, loss: Loss, stored: Tensor, inputs: Tensor, labels: Any
) -> Iterator[TensorView]:
    """Those of a batch: ``stored`` as the dataset has it, ``inputs`` as the model takes it.

    The gradients are handed out by autograd and not kept in ``.grad``.
    """
    yield view(stored, "stored", "data")
    yield view(inputs, "inputs", "data")
    yield view(labels, "labels", "data")
    parameters = dict(model.named_parameters())
    trained = {name: weight for name, weight in parameters.items() if weight.requires_grad}
    with torch.enable_grad():
        logits = model(inputs)
        value = loss(logits, labels)
        gradients = torch.autograd.grad(value, list(trained.values()), allow_unused=True)
    yield view(logits, "logits", "output")
    yield view(value, "loss", "output")
    for name, weight in (*parameters.items(), *model.named_buffers()):
        yield view(weight, name, "weight")
    for name, gradient in zip(trained, gradients, strict=True):
        if gradient is not None:
            yield view(gradient, f"{name}.grad", "gradient")
    for name, weight in trained.items():
        for key, state in optimizer.state.get(weight, {}).items():
            if isinstance(state, Tensor):
                yield view(state, f"{name}.{key}", "optimizer")
