"""A model whose weights are divided among the ranks (FSDP2), and the same as whole tensors."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor
from torch.optim import Optimizer


def shard(model: nn.Module, device: torch.device, ranks: int) -> nn.Module:
    """Divide a model of the CPU, part after part, so that no device ever holds all of it."""
    mesh = init_device_mesh(device.type, (ranks,))
    for part in model.modules():
        is_block = isinstance(part, (nn.Sequential, nn.ModuleList))
        for child in part.children() if is_block else ():
            if any(True for _ in child.parameters()):
                fully_shard(child, mesh=mesh)
    fully_shard(model, mesh=mesh)
    return model.to(device)  # buffers, which stay whole


def whole(value: Any) -> Any:
    """The same with whole tensors on the CPU; all ranks must ask for it."""
    if isinstance(value, DTensor):
        return value.full_tensor().cpu()
    if isinstance(value, Tensor):
        return value.detach().cpu()
    if isinstance(value, Mapping):
        return {key: whole(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(whole(item) for item in value)
    return value


def sharded_model(tensors: Mapping[str, Tensor], model: nn.Module) -> dict[str, Tensor]:
    """Whole tensors as the model's state holds them; all ranks must ask for it."""
    own = model.state_dict()
    return {name: _like(own[name], tensor) for name, tensor in tensors.items()}


def sharded_optimizer(state: Mapping[str, Any], optimizer: Optimizer) -> dict[str, Any]:
    """An optimizer's state of whole tensors, divided as its parameters are."""
    parameters = [item for group in optimizer.param_groups for item in group["params"]]
    divided = {
        index: {name: _like(parameters[index], value) for name, value in kept.items()}
        for index, kept in state["state"].items()
    }
    return {**state, "state": divided}


def _like(own: Tensor, value: Any) -> Any:
    """A value of a parameter's shape, divided as the parameter is; any other as it is."""
    if not (isinstance(own, DTensor) and isinstance(value, Tensor) and value.shape == own.shape):
        return value
    return distribute_tensor(value.to(own.device), own.device_mesh, own.placements)
