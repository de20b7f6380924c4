"""The processes that train one model together, as one of them sees them."""

import json
import os
import socket
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed.rendezvous import rendezvous

from workbench.api import RankLost, RankPlace, Ranks

# A rank that computes answers within minutes; one that waits for rank 0 may wait out a
# pause of any length.
_WORK = timedelta(minutes=30)
_PAUSE = timedelta(days=3650)
_PLACE_BYTES = 1024
_T = TypeVar("_T")


class RankGroup:
    """This rank's connections to the others.

    Tensors of the training itself go over NCCL or Gloo, rank 0's words over Gloo. What fails
    there because a rank is gone raises :class:`RankLost`.
    """

    def __init__(self, ranks: Ranks, device: torch.device) -> None:
        self.rank, self.size = ranks.rank, ranks.size
        self._device = device
        if device.type == "cuda":
            torch.cuda.set_device(device)
        dist.init_process_group(
            "nccl" if device.type == "cuda" else "gloo",
            store=_store(),
            rank=self.rank,
            world_size=self.size,
            timeout=_WORK,
        )
        self._words = dist.new_group(backend="gloo", timeout=_PAUSE)
        self.places = self._gather_places()

    def tell(self, word: str, *details: Any) -> None:
        """Rank 0: say what all do next; ``details`` are plain values."""
        content = json.dumps([word, *details]).encode()
        text = torch.frombuffer(bytearray(content), dtype=torch.uint8)
        self._guarded(lambda: self._broadcast(torch.tensor([len(text)])))
        self._guarded(lambda: self._broadcast(text))

    def hear(self) -> tuple[str, list[Any]]:
        """Any other rank: wait for what rank 0 says next."""
        length = torch.zeros(1, dtype=torch.int64)
        self._guarded(lambda: self._broadcast(length))
        text = torch.empty(int(length), dtype=torch.uint8)
        self._guarded(lambda: self._broadcast(text))
        word, *details = json.loads(text.numpy().tobytes())
        return word, details

    def add_up(self, values: Tensor) -> list[float]:
        """The sums over all ranks, float64; the same on each of them."""
        total = values.to(torch.float64)
        dist.all_reduce(total)
        summed: list[float] = total.tolist()
        return summed

    def gather(self, values: Tensor) -> list[Tensor]:
        """On rank 0 each rank's tensor of the CPU, all of one shape; elsewhere nothing."""
        gathered = [torch.empty_like(values) for _ in range(self.size)] if self.rank == 0 else None
        self._guarded(lambda: dist.gather(values, gathered, group=self._words))
        return gathered or []

    def close(self) -> None:
        """Leave; the others may have left already."""
        dist.destroy_process_group()

    def _broadcast(self, values: Tensor) -> None:
        dist.broadcast(values, src=0, group=self._words)

    def _gather_places(self) -> Sequence[RankPlace]:
        own = json.dumps([socket.gethostname(), os.getpid(), str(self._device)]).encode()
        padded = torch.frombuffer(bytearray(own.ljust(_PLACE_BYTES)), dtype=torch.uint8)
        told = [json.loads(item.numpy().tobytes()) for item in self.gather(padded)]
        return [RankPlace(rank, *place) for rank, place in enumerate(told)]

    def _guarded(self, work: Callable[[], _T]) -> _T:
        try:
            return work()
        except RuntimeError as error:
            raise RankLost(str(error)) from error


def _store() -> dist.Store:
    """Where the ranks look each other up.

    The launcher's outlives a restart, and with it the addresses of ranks that are gone; so
    each attempt has its own part of it.
    """
    store, _, _ = next(rendezvous("env://", timeout=_WORK))
    return dist.PrefixStore(f"attempt-{os.environ.get('TORCHELASTIC_RESTART_COUNT', 0)}", store)
