"""Keras's ``mnist.npz``, as the IDX files it was made from."""

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from workbench.core.data import idx

_LETTERS = {"images": "x", "labels": "y"}


@dataclass(frozen=True)
class NpzArrays:
    """The arrays of the file, by name (``x_train``, ``y_train``, ``x_test``, ``y_test``)."""

    arrays: Mapping[str, Any]

    def as_idx(
        self, split: str, part: Literal["images", "labels"], item_shape: tuple[int, ...]
    ) -> bytes:
        """One array as the content of an unpacked IDX file. Raises :class:`idx.IdxError`."""
        name = f"{_LETTERS[part]}_{split}"
        array = self.arrays.get(name)
        if array is None:
            raise idx.IdxError(f'has no array "{name}"')
        if array.dtype != "uint8" or array.shape[1:] != item_shape:
            raise idx.IdxError(f'has an array "{name}" of {array.dtype} with shape {array.shape}')
        return idx.header(len(array), item_shape) + bytes(array.tobytes())


def read_npz(path: Path) -> NpzArrays:
    """Read the file without unpickling anything. Raises :class:`idx.IdxError`."""
    import numpy as np

    try:
        if not zipfile.is_zipfile(path):
            raise idx.IdxError("is not an .npz file, or is cut short")
        with np.load(path, allow_pickle=False) as stored:
            return NpzArrays({name: stored[name] for name in stored.files})
    except (ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        if isinstance(error, idx.IdxError):
            raise
        raise idx.IdxError("is damaged: its arrays can't be read") from None
    except OSError as error:
        raise idx.IdxError(f"can't be read ({error.strerror})") from None
