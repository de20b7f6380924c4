"""A split read from two IDX files; NumPy is imported when its items are first asked for."""

import math
from dataclasses import dataclass
from typing import Any

from workbench.core.data import idx


@dataclass(frozen=True, repr=False)
class IdxSplit:
    """The checked content of an images file and a labels file, unpacked."""

    images: bytearray
    labels: bytes | bytearray
    item_shape: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.labels) - idx.header_size(())

    def __getitem__(self, index: int, /) -> tuple[Any, int]:
        """Item ``index``: an uint8 array ``(*item_shape,)``, and its label."""
        import numpy as np

        if not -len(self) <= index < len(self):
            raise IndexError(index)
        place = index % len(self)
        size = math.prod(self.item_shape)
        offset = idx.header_size(self.item_shape) + place * size
        pixels = np.frombuffer(self.images, np.uint8, size, offset).reshape(self.item_shape)
        return pixels, self.labels[idx.header_size(()) + place]

    def arrays(self) -> tuple[Any, Any]:
        """Uint8 inputs ``(len, *item_shape)``, which share this split's memory; int64 labels."""
        import numpy as np

        pixels = np.frombuffer(self.images, np.uint8, offset=idx.header_size(self.item_shape))
        labels = np.frombuffer(self.labels, np.uint8, offset=idx.header_size(()))
        return pixels.reshape((len(self), *self.item_shape)), labels.astype(np.int64)
