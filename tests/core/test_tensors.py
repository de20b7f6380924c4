import numpy as np
import pytest

from workbench.api import tensor_view
from workbench.core.tensors import facts_of, shape_text


def view(array, kind="weight", **more):
    return tensor_view(np.asarray(array), name="any", kind=kind, device="cpu", **more)


def words(found):
    return {fact.name: fact.meaning for fact in facts_of(found)}


@pytest.mark.parametrize(
    ("shape", "kind", "first", "rows"),
    [
        ((), "output", (), (1, 1)),
        ((3,), "weight", (0,), (1, 3)),
        ((20,), "weight", (0,), (3, 8)),
        ((4, 30), "weight", (0, 0), (4, 8)),
        ((2, 28, 28), "data", (0, 10, 10), (8, 8)),
        ((2, 28, 28), "gradient", (0, 0, 0), (8, 8)),
        ((2, 32, 30, 3), "data", (0, 12, 11, 0), (8, 8)),
        ((0, 5), "data", (0, 0), (0, 0)),
    ],
)
def test_a_part_of_the_values(shape, kind, first, rows):
    array = np.arange(np.prod(shape, dtype=int), dtype=np.float64).reshape(shape)
    found = view(array, kind)
    assert found.first == first
    assert (len(found.values), len(found.values[0]) if found.values else 0) == rows
    if array.size:
        assert found.values[0][0] == array[first]


def test_statistics_leave_out_what_is_broken():
    found = view([0.0, 0.0, 1.0, 3.0, float("nan"), float("-inf")])
    assert (found.mean, found.min, found.max, found.broken) == (1.0, 0.0, 3.0, 2)
    assert found.zeros == pytest.approx(2 / 6)
    assert "diverged" in words(found)["broken"]


def test_each_line_is_explained():
    found = words(view(np.zeros((3, 4), np.float32), requires_grad=True))
    assert set(found) == {
        "what", "shape", "dtype", "device", "requires_grad", "mean", "std", "from, to", "zeros",
    }  # fmt: skip
    assert all(meaning.endswith(".") for meaning in found.values())
    assert found["dtype"] == "Floating-point, 32 bits each; 48 bytes in all."
    assert words(view(7))["dtype"] == "Whole numbers, 64 bits each; 8 bytes in all."


def test_an_optimizers_memory_is_named():
    def what(name):
        found = tensor_view(np.ones(2), name=name, kind="optimizer", device="cpu")
        return words(found)["what"]

    assert "mean of the squared gradients" in what("0.weight.exp_avg_sq")
    assert "mean of the gradients" in what("0.weight.exp_avg")
    assert "steps the optimizer has made" in what("adam/iteration")
    assert what("0.weight.strange") == "What the optimizer remembers of earlier steps."


def test_a_shape_as_text():
    assert (shape_text((2, 3)), shape_text(())) == ("2×3", "scalar")
