"""Whether the arrays that a plugin made are those of its dataset."""

from collections.abc import Iterator, Mapping
from typing import Any

from workbench.api.data import ArraySplit, DatasetInfo, Split
from workbench.api.errors import WorkbenchError


def check_arrays(info: DatasetInfo, splits: Mapping[str, Split]) -> None:
    """Raise :class:`WorkbenchError` for a shape or a class that the dataset does not say.

    A framework refuses it in words of its own, a GPU only later, or nobody does. A split of
    another class may have to make its arrays first, and so is not looked at.
    """
    for name, split in splits.items():
        if not isinstance(split, ArraySplit):
            continue
        for problem in _problems(info, len(split), *split.arrays()):
            raise WorkbenchError(
                f'The dataset {info.name} is wrong: its split "{name}" {problem}; tell its author.'
            )


def _problems(info: DatasetInfo, size: int, inputs: Any, labels: Any) -> Iterator[str]:
    is_regression = info.task == "regression"
    for what, array, item in (
        ("inputs", inputs, info.shape),
        ("labels", labels, (len(info.targets),) if is_regression else ()),
    ):
        if tuple(array.shape) != (size, *item):
            yield f"has {what} of the shape {tuple(array.shape)} where {(size, *item)} belongs"
    if not is_regression and size:
        first, last = labels.min(), labels.max()
        if not (first >= 0 and last < info.num_classes):
            yield (
                f"has labels from {first} to {last}, and with {info.num_classes} classes they are "
                f"0 to {info.num_classes - 1}"
            )
