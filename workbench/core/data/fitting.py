"""Whether the splits that a plugin made are what its dataset says of itself."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.api.data import ArraySplit, DatasetInfo, Split
from workbench.api.errors import WorkbenchError

_READ_BYTES = 2**30
"""How much of a split's inputs is looked through for values that are no number."""


def check_splits(info: DatasetInfo, splits: Mapping[str, Split]) -> None:
    """Raise :class:`WorkbenchError` for what the dataset does not say.

    A framework refuses it in words of its own, a GPU only later, or nobody does. Of a split
    of another class than :class:`ArraySplit`, which may have to make its arrays first, three
    items are read.
    """
    for name, split in splits.items():
        for problem in _problems(info, split):
            raise WorkbenchError(
                f'The dataset {info.name} is wrong: its split "{name}" {problem}; tell its author.'
            )


def _problems(info: DatasetInfo, split: Split) -> Iterator[str]:
    size = len(split)
    if isinstance(split, ArraySplit):
        yield from array_problems(info, size, *split.arrays())
    elif size:
        for index in sorted({0, size // 2, size - 1}):
            yield from item_problems(info, split, index)


def array_problems(info: DatasetInfo, size: int, inputs: Any, labels: Any) -> Iterator[str]:
    """What is wrong with the arrays of a split of this size, as "has ..."."""
    wrong = list(_form_problems("inputs", inputs, (size, *info.shape), info.dtype))
    if info.task == "regression":
        wrong += _form_problems("labels", labels, (size, len(info.targets)), "float32")
    else:
        wrong += _form_problems("labels", labels, (size,), "int64")
    yield from wrong
    if wrong or not size:
        return
    yield from _value_problems("inputs", inputs)
    if info.task == "regression":
        yield from _value_problems("labels", labels)
    else:
        first, last = labels.min(), labels.max()
        if not 0 <= first <= last < info.num_classes:
            yield (
                f"has labels from {first} to {last}, and with {info.num_classes} classes they are "
                f"0 to {info.num_classes - 1}"
            )


def item_problems(info: DatasetInfo, split: Split, index: int) -> Iterator[str]:
    """What is wrong with one item of a split, as "has ..."."""
    try:
        item = split[index]
    except WorkbenchError:  # it says so itself
        raise
    except Exception as error:
        yield f"can't give its item {index} ({type(error).__name__}: {error})"
        return
    what = f"an item {index}"
    if not (isinstance(item, tuple) and len(item) == 2):
        yield f"has {what} that is {_kind(item)} where a pair (input, label) belongs"
        return
    value, label = item
    yield from _array_item_problems(f"{what} with an input", value, info.shape, info.dtype)
    if info.task == "regression":
        shape = (len(info.targets),)
        yield from _array_item_problems(f"{what} with a label", label, shape, "float32")
    elif type(label) is not int:
        yield f"has {what} with a label that is {_kind(label)} where an int belongs"
    elif not 0 <= label < info.num_classes:
        yield (
            f"has {what} with the label {label}, and with {info.num_classes} classes it is 0 to "
            f"{info.num_classes - 1}"
        )


def _array_item_problems(
    what: str, value: Any, shape: tuple[int, ...], dtype: str
) -> Iterator[str]:
    import numpy as np

    # What offers its values as NumPy does, such as a memory view, is as good.
    array = np.asarray(value)
    wrong = list(_form_problems(what, array, shape, dtype))
    yield from wrong or _value_problems(what, array)


def _form_problems(what: str, array: Any, shape: tuple[int, ...], dtype: str) -> Iterator[str]:
    import numpy as np

    if not isinstance(array, np.ndarray):
        yield f"has {what} in {_kind(array)} where a NumPy array belongs"
        return
    if array.shape != tuple(shape):
        yield f"has {what} of the shape {array.shape} where {tuple(shape)} belongs"
    # Another order of bytes is another dtype too, and no framework takes it.
    if str(array.dtype) != dtype:
        yield f"has {what} of {array.dtype} where {dtype} belongs"


def _value_problems(what: str, array: Any) -> Iterator[str]:
    if array.dtype.kind != "f" or not array.size:
        return
    if array.nbytes > _READ_BYTES:
        array = array[:: 1 + array.nbytes // _READ_BYTES]
    # The smallest value is NaN if any is; no mask of all values has to be held.
    if not (math.isfinite(array.min()) and math.isfinite(array.max())):
        yield f"has {what} with values that are NaN or infinite"


def _kind(value: Any) -> str:
    """What a value is, as in "a list"."""
    name = type(value).__qualname__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"
