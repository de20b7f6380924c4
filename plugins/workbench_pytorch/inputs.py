"""From items as a dataset stores them to the tensors that a model takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from workbench.api import DatasetInfo


def as_tensor(array: Any) -> Tensor:
    """A NumPy array as a tensor of the same dtype; shares memory where that is possible."""
    return torch.from_numpy(np.require(array, requirements=["C", "W"]))


@dataclass(frozen=True)
class InputFormat:
    """How the items of one dataset become a model's input.

    Images turn out exactly as torchvision's ``ToTensor`` makes them: channels first, and
    uint8 divided by 255. Vectors keep their values. All become float32. Labels are int64
    class indices ``(N,)``, or for regression float32 values ``(N, targets)``.
    """

    kind: str
    is_channels_last: bool = False
    label_dtype: torch.dtype = torch.int64

    @classmethod
    def of(cls, dataset: DatasetInfo, *, is_channels_last: bool = False) -> "InputFormat":
        """The format of a dataset's items."""
        label_dtype = torch.float32 if dataset.task == "regression" else torch.int64
        return cls(dataset.kind, is_channels_last and dataset.kind == "image", label_dtype)

    def prepare(self, stored: Tensor) -> Tensor:
        """``(N, *dataset.shape)`` as stored to float32 ``(N, channels, height, width)``.

        A vector dataset gives float32 ``(N, features)``.
        """
        if self.kind != "image":
            return stored.to(torch.float32)
        channels_first = stored.unsqueeze(1) if stored.dim() == 3 else stored.permute(0, 3, 1, 2)
        layout = torch.channels_last if self.is_channels_last else torch.contiguous_format
        images = channels_first.to(torch.float32).contiguous(memory_format=layout)
        if stored.dtype != torch.uint8:
            return images
        # A tensor of the device, because CUDA turns the division by a plain number into a
        # multiplication, which rounds differently.
        return images.div_(torch.full((), 255.0, device=images.device))

    def collate(self, items: Sequence[tuple[Any, Any]]) -> tuple[Tensor, Tensor]:
        """A batch of a split's items as prepared inputs and labels."""
        inputs = np.stack([item for item, _ in items])
        labels = np.array([label for _, label in items])
        return self.prepare(as_tensor(inputs)), as_tensor(labels).to(self.label_dtype)
