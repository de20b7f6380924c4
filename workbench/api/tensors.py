"""Tensors for people who learn: what a trainer may show of its data, weights and gradients."""

from collections.abc import Sequence
from typing import Any, Literal, Protocol, runtime_checkable

import msgspec

from workbench.api.numbers import Number, number

TensorKind = Literal["data", "output", "weight", "gradient", "optimizer"]
_SIDE = 8


class TensorView(msgspec.Struct, frozen=True, kw_only=True):
    """A tensor as plain values; :func:`tensor_view` makes it from an array.

    ``values`` are up to 8 rows of up to 8 values, of which the first has the index ``first``
    (empty for a scalar). ``mean``, ``std``, ``min`` and ``max`` are over all values, ``zeros``
    is the share that is exactly 0, ``broken`` counts NaN and infinities. ``requires_grad`` is
    ``None`` where a framework has no such thing; ``grad_fn`` names the operation that made it.
    """

    name: str
    kind: TensorKind
    shape: tuple[int, ...]
    dtype: str
    device: str
    mean: Number
    std: Number
    min: Number
    max: Number
    zeros: float
    broken: int
    first: tuple[int, ...]
    values: tuple[tuple[Number, ...], ...]
    requires_grad: bool | None = None
    grad_fn: str = ""


@runtime_checkable
class SupportsTensors(Protocol):
    """A trainer may have this method too; without it there are no tensors to look at."""

    def tensors(self, split: str, indices: Sequence[int]) -> Sequence[TensorView]:
        """What happens to some items of a split, without changing anything.

        In this order: the items as stored and as the model gets them, and their labels; the
        logits and the loss; each weight; the gradient of the loss with respect to each weight,
        named as the weight with ``.grad``; and the optimizer's own state. Dropout is off, and
        nothing is drawn from a random generator that training uses.
        """
        ...


def tensor_view(
    array: Any,
    *,
    name: str,
    kind: TensorKind,
    device: str,
    dtype: str = "",
    requires_grad: bool | None = None,
    grad_fn: str = "",
) -> TensorView:
    """The view of a NumPy array; ``dtype`` is the tensor's own where the array has another."""
    flat = array.reshape(-1).astype("float64")
    count = flat.size
    finite = flat[abs(flat) < float("inf")]
    first, rows = _corner(array, is_centred=kind == "data")
    has_any = finite.size > 0
    return TensorView(
        name=name,
        kind=kind,
        shape=tuple(array.shape),
        dtype=dtype or str(array.dtype),
        device=device,
        mean=number(float(finite.mean()) if has_any else float("nan")),
        std=number(float(finite.std()) if has_any else float("nan")),
        min=number(float(finite.min()) if has_any else float("nan")),
        max=number(float(finite.max()) if has_any else float("nan")),
        zeros=float((flat == 0).mean()) if count else 0.0,
        broken=int(count - finite.size),
        first=first,
        values=tuple(tuple(number(float(value)) for value in row) for row in rows),
        requires_grad=requires_grad,
        grad_fn=grad_fn,
    )


def _corner(array: Any, *, is_centred: bool) -> tuple[tuple[int, ...], list[list[float]]]:
    """A part of the first matrix: from its beginning, or from its middle."""
    if array.ndim == 0:
        return (), [[array.item()]]
    if 0 in array.shape:
        return (0,) * array.ndim, []
    if array.ndim == 1:
        part = array[: _SIDE * _SIDE].tolist()
        return (0,), [part[start : start + _SIDE] for start in range(0, len(part), _SIDE)]
    place = [0] * array.ndim
    # An image (height, width, few channels) is looked at from above.
    rows_at = -3 if array.ndim >= 3 and array.shape[-1] <= 4 else -2
    for axis in (rows_at, rows_at + 1):
        if is_centred:
            place[axis] = max(0, (array.shape[axis] - _SIDE) // 2)
    index: list[Any] = list(place)
    for axis in (rows_at, rows_at + 1):
        index[axis] = slice(place[axis], place[axis] + _SIDE)
    found: list[list[float]] = array[tuple(index)].tolist()
    return tuple(place), found
