"""What other libraries' networks for images have in common, whichever framework they are of."""

from typing import Any

from workbench.api import DatasetInfo, option

SMALLEST = 32
"""The fewest pixels a side that such a network takes."""

BACKBONE = "backbone"
"""In ``model.frozen``: all but the last layer."""


def size_option() -> Any:
    """The option ``size``: 0 leaves images as they are."""
    return option(0, help="Pixels of a side that images are brought to; 0: as they are.", ge=0)


def refusal(dataset: DatasetInfo, size: int, for_vectors: str) -> str | None:
    """Why such a network can't take a dataset at this size, or ``None``.

    ``for_vectors`` is the model to choose for what is no image.
    """
    if dataset.kind != "image":
        return f"it takes images, and {dataset.name} has vectors; choose the model {for_vectors}."
    if dataset.channels not in (1, 3):
        return f"it takes grey or colour images, and these have {dataset.channels} channels."
    if (size or min(dataset.shape[:2])) < SMALLEST:
        return f"it takes images of at least {SMALLEST} pixels a side; set model.size={SMALLEST}."
    return None
