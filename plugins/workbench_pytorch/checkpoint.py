"""The files of a checkpoint: tensors as safetensors, the optimizer by ``torch.save``."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor

from workbench.api import UserError

MODEL_FILE = "model.safetensors"
OPTIMIZER_FILE = "optimizer.pt"
RANDOM_FILE = "random.safetensors"
TRAINER_FILE = "trainer.json"


@dataclass(frozen=True)
class TrainingState:
    """All that an exact resume needs.

    ``order_seed`` makes the order of the current epoch (``None``: as stored); ``scaler`` is
    the gradient scaling of fp16.
    """

    model: Mapping[str, Tensor]
    optimizer: Mapping[str, Any]
    generators: Mapping[str, Tensor]
    order_seed: int | None
    scaler: Mapping[str, float]


def write_state(folder: Path, state: TrainingState) -> None:
    """Write the state's files into a folder."""
    safetensors.torch.save_file(on_host(state.model), folder / MODEL_FILE)
    torch.save(dict(state.optimizer), folder / OPTIMIZER_FILE)
    safetensors.torch.save_file(on_host(state.generators), folder / RANDOM_FILE)
    plain = {"order_seed": state.order_seed, "scaler": dict(state.scaler)}
    (folder / TRAINER_FILE).write_text(json.dumps(plain, indent=2) + "\n", encoding="utf-8")


def read_state(folder: Path) -> TrainingState:
    """Read the files that :func:`write_state` wrote; unpickles nothing but plain values.

    Raises :class:`UserError` for a file that is missing or damaged.
    """
    order_seed, scaler = _read(folder / TRAINER_FILE, _load_trainer)
    return TrainingState(
        model=read_model(folder),
        optimizer=_read(folder / OPTIMIZER_FILE, _load_optimizer),
        generators=_read(folder / RANDOM_FILE, _load_generators),
        order_seed=order_seed,
        scaler=scaler,
    )


def read_model(folder: Path) -> Mapping[str, Tensor]:
    """Only the model's tensors of what :func:`write_state` wrote."""
    tensors: Mapping[str, Tensor] = _read(folder / MODEL_FILE, safetensors.torch.load_file)
    return tensors


def check_model(saved: Mapping[str, Tensor], own: Mapping[str, Tensor], folder: Path) -> None:
    """Raise :class:`UserError` where a checkpoint's tensors are not those of the model."""
    for name in (*own, *(saved.keys() - own.keys())):
        there, here = _shape(saved, name), _shape(own, name)
        if there != here:
            raise UserError(
                f"The checkpoint {folder} is of another model: {name} is {there} there and "
                f"{here} in this one; choose a checkpoint of this model."
            )


def check_optimizer(saved: Mapping[str, Any], own: Mapping[str, Any], folder: Path) -> None:
    """Raise :class:`UserError` where a checkpoint's optimizer is of another kind."""
    if _settings(saved) != _settings(own):
        raise UserError(
            f"The checkpoint {folder} is of another optimizer; choose a checkpoint of this one."
        )


def _settings(state: Mapping[str, Any]) -> list[tuple[set[str], int]]:
    groups = state.get("param_groups", [])
    return [(set(group) - {"initial_lr"}, len(group["params"])) for group in groups]


def _shape(tensors: Mapping[str, Tensor], name: str) -> str:
    return "x".join(map(str, tensors[name].shape)) or "a number" if name in tensors else "missing"


def on_host(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Contiguous copies of tensors on the CPU.

    Copies, because safetensors takes neither shared memory nor other layouts.
    """
    return {
        name: tensor.detach().to("cpu", copy=True).contiguous() for name, tensor in tensors.items()
    }


def _load_trainer(path: Path) -> tuple[int | None, dict[str, float]]:
    plain = json.loads(path.read_bytes())
    seed, scaler = plain["order_seed"], plain["scaler"]
    numbers = isinstance(scaler, dict) and all(
        isinstance(value, (int, float)) for value in scaler.values()
    )
    if not (numbers and isinstance(seed, (int, type(None)))):
        raise ValueError("not what was saved")
    return seed, scaler


def _load_optimizer(path: Path) -> dict[str, Any]:
    state = torch.load(path, map_location="cpu", weights_only=True)
    if not (isinstance(state, dict) and "param_groups" in state):
        raise ValueError("not what was saved")
    return state


def _load_generators(path: Path) -> dict[str, Tensor]:
    states: dict[str, Tensor] = safetensors.torch.load_file(path)
    if "cpu" not in states:
        raise ValueError("not what was saved")
    return states


def _read(path: Path, read: Callable[[Path], Any]) -> Any:
    if not path.is_file():
        raise UserError(
            f"The checkpoint {path.parent} has no {path.name}; choose another checkpoint."
        )
    try:
        return read(path)
    except Exception as error:  # each reader has its own errors for damaged files
        raise UserError(
            f"{path} can't be read ({type(error).__name__}); choose another checkpoint."
        ) from error
