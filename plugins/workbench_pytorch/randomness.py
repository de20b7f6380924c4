"""The random generators: what training draws, and reading without drawing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor


def draw_seed() -> int:
    """A seed from the global generator, drawn as ``DataLoader`` and its sampler do."""
    return int(torch.empty((), dtype=torch.int64).random_().item())


def shuffled(size: int, seed: int) -> Tensor:
    """The order that ``RandomSampler`` makes of a seed, int64 ``(size,)``."""
    return torch.randperm(size, generator=torch.Generator().manual_seed(seed))


@contextmanager
def unchanged_generators(device: torch.device) -> Iterator[None]:
    """Leave the generators as they were, whatever is drawn inside."""
    devices = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices):
        yield


def generator_states() -> dict[str, Tensor]:
    """The states of the CPU's generator and, where CUDA is in use, of each device's."""
    states = {"cpu": torch.get_rng_state()}
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        for index, state in enumerate(torch.cuda.get_rng_state_all()):
            states[f"cuda:{index}"] = state
    return states


def set_generator_states(states: dict[str, Tensor]) -> None:
    """Set the states that :func:`generator_states` gave; a device not here is left out."""
    torch.set_rng_state(states["cpu"])
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    for index in range(count):
        if f"cuda:{index}" in states:
            torch.cuda.set_rng_state(states[f"cuda:{index}"], index)


def rank_states(
    device: torch.device, gather: Callable[[Tensor], list[Tensor]]
) -> dict[str, Tensor]:
    """On rank 0 the states of all ranks; its own are named as those of one process.

    Each rank has one of the CPU and, on a GPU, one of that GPU.
    """
    states = {f"rank{rank}.cpu": state for rank, state in enumerate(gather(torch.get_rng_state()))}
    if device.type == "cuda":
        gathered = gather(torch.cuda.get_rng_state(device))
        states |= {f"rank{rank}.cuda": state for rank, state in enumerate(gathered)}
    own = {"rank0.cpu": "cpu", "rank0.cuda": "cuda:0"}
    return {own.get(name, name): state for name, state in states.items()}


def set_rank_states(states: dict[str, Tensor], rank: int, device: torch.device) -> None:
    """Set this rank's states; a rank that the checkpoint knows nothing of begins anew."""
    torch.set_rng_state(states["cpu"])
    cpu = "cpu" if rank == 0 else f"rank{rank}.cpu"
    cuda = "cuda:0" if rank == 0 else f"rank{rank}.cuda"
    if cpu in states:
        torch.set_rng_state(states[cpu])
    else:
        torch.manual_seed(draw_seed() + rank)
    if device.type == "cuda" and cuda in states:
        torch.cuda.set_rng_state(states[cuda], device)
