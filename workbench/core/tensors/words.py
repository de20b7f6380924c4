"""What each line of a tensor means, for someone who learns."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from workbench.api.tensors import TensorKind, TensorView

KIND_WORDS: dict[TensorKind, str] = {
    "data": "What goes into the pass: as the dataset stores it, as the model takes it, the labels.",
    "output": "What the model made of the inputs, and how wrong that is.",
    "weight": "What the model learned; each step changes it.",
    "gradient": "How the loss grows with each value; steps go against it.",
    "optimizer": "What the optimizer remembers of earlier steps.",
}
_NAMES = {
    "stored": "The items as the dataset keeps them.",
    "inputs": "The items as the model takes them, images from 0 to 1.",
    "labels": "The right answers, one an item.",
    "logits": "A score for each class; the highest is the prediction.",
    "loss": "How wrong the logits are; training makes it smaller.",
}
_STATES = (
    ("exp_avg_sq", "Adam's running mean of the squared gradients: it scales each value's step."),
    ("exp_avg", "Adam's running mean of the gradients: the direction of the next step."),
    ("momentum_buffer", "The direction of earlier steps, of which the next keeps a share."),
    ("momentum", "The direction of earlier steps: the running mean of the gradients."),
    ("velocity", "The running mean of the squared gradients: it scales each value's step."),
    ("square_avg", "The running mean of the squared gradients: it scales each value's step."),
    ("iteration", "How many steps the optimizer has made."),
    ("step", "How many steps the optimizer has made."),
    ("learning_rate", "How long a step is."),
)
_BITS = {"64": 8, "32": 4, "16": 2, "8": 1}


@dataclass(frozen=True)
class Fact:
    """A property of a tensor, its value, and what that means."""

    name: str
    value: str
    meaning: str


def facts_of(view: TensorView) -> tuple[Fact, ...]:
    """All that is known of a tensor, beside its values."""
    return tuple(_facts(view))


def _facts(view: TensorView) -> Iterator[Fact]:
    yield Fact("what", view.kind, about(view))
    count = math.prod(view.shape)
    yield Fact("shape", shape_text(view.shape), _shape_words(view, count))
    yield Fact("dtype", view.dtype, _dtype_words(view.dtype, count))
    yield Fact("device", view.device, "Where it is kept, and computed with.")
    if view.requires_grad is not None:
        yield Fact("requires_grad", str(view.requires_grad), _grad_words(view))
    if view.grad_fn:
        words = "The operation that made it; backward goes through it."
        yield Fact("grad_fn", view.grad_fn, words)
    mean, std, low, high = (float(x) for x in (view.mean, view.std, view.min, view.max))
    if count > 1:
        yield Fact("mean", f"{mean:.6g}", "The middle of all values.")
        yield Fact("std", f"{std:.6g}", _std_words(view, std))
        yield Fact("from, to", f"{low:.6g}, {high:.6g}", "The smallest and the largest value.")
        yield Fact("zeros", f"{100 * view.zeros:.1f}%", _zero_words(view))
    if view.broken:
        words = "NaN or infinite: it diverged; lower the learning rate."
        yield Fact("broken", f"{view.broken:,}", words)


def about(view: TensorView) -> str:
    """What a tensor is, in a sentence."""
    if view.kind in ("data", "output"):
        return _NAMES.get(view.name, KIND_WORDS[view.kind])
    if view.kind == "optimizer":
        last = view.name.rpartition(".")[2].rpartition("/")[2]
        return next((words for end, words in _STATES if last.endswith(end)), KIND_WORDS[view.kind])
    if view.kind == "weight" and view.requires_grad is False:
        return "Kept with the model, but not trained by gradients."
    return KIND_WORDS[view.kind]


def shape_text(shape: tuple[int, ...]) -> str:
    """A shape as text, e.g. ``64×1×28×28``."""
    return "×".join(map(str, shape)) or "scalar"


def _shape_words(view: TensorView, count: int) -> str:
    sizes = len(view.shape)
    if not sizes:
        return "A single number."
    values = f"{count:,} value{'s' if count != 1 else ''}"
    if view.kind in ("data", "output"):
        item = "items" if view.shape[0] != 1 else "item"
        return f"{view.shape[0]} {item}, {values} in all."
    return f"{sizes} dimension{'s' if sizes > 1 else ''}, {values} in all."


def _dtype_words(dtype: str, count: int) -> str:
    digits = "".join(char for char in dtype if char.isdigit())
    size = _BITS.get(digits)
    kind = "Floating-point" if "float" in dtype else "Whole numbers"
    if size is None:
        return "The type of each value."
    total = count * size
    shown = f"{total:,} bytes" if total < 10_000 else f"{total / 1024:,.0f} KiB"
    return f"{kind}, {digits} bits each; {shown} in all."


def _grad_words(view: TensorView) -> str:
    if not view.requires_grad:
        return "Autograd does not follow it: it gets no gradient."
    if view.grad_fn:
        return "Computed from weights: gradients flow back through it."
    return "Autograd follows its use to find its gradient."


def _std_words(view: TensorView, std: float) -> str:
    if view.kind == "gradient" and std < 1e-7:
        return "How far values lie from the mean: so small that this weight hardly learns."
    return "How far values lie from the mean."


def _zero_words(view: TensorView) -> str:
    if view.kind == "gradient" and view.zeros > 0.5:
        return "The share that is exactly 0: these items don't reach most of this weight."
    return "The share that is exactly 0."
