import pytest

from workbench.api.errors import UserError
from workbench.core.sweeps import Choices, Range, draw, grid, require_method

LISTS = [Choices("epochs", ("1", "2")), Choices("seed", ("0", "1", "2"))]
RANGE = Range("optimizer.lr", 0.001, 1.0, is_log=True, is_whole=False)


def test_a_grid_has_all_combinations_and_the_last_key_changes_fastest():
    found = [(values["epochs"], values["seed"]) for values in grid(LISTS)]
    assert found == [("1", "0"), ("1", "1"), ("1", "2"), ("2", "0"), ("2", "1"), ("2", "2")]


def test_what_is_drawn_depends_on_the_seed_alone():
    one, again, other = (draw([*LISTS, RANGE], 8, seed) for seed in (1, 1, 2))
    assert one == again != other
    assert len(one) == 8
    assert all(0.001 <= float(values["optimizer.lr"]) <= 1 for values in one)
    assert {values["seed"] for values in one} == {"0", "1", "2"}


def test_no_member_is_drawn_twice():
    found = draw(LISTS, 100, 0)
    assert sorted(found, key=str) == sorted(grid(LISTS), key=str)
    epochs = Range("epochs", 1, 3, is_log=False, is_whole=True)
    assert len(draw([epochs], 100, 0)) == 3


def test_a_range_too_narrow_for_its_digits_ends():
    narrow = Range("optimizer.lr", 1.0, 1.00001, is_log=False, is_whole=False)
    assert 1 <= len(draw([narrow], 20, 0)) <= 20


def test_the_method_follows_from_what_is_given():
    assert require_method(LISTS, None, None) == "grid"
    assert require_method(LISTS, None, 3) == "random"
    assert require_method([RANGE], None, 3) == "random"
    assert require_method([RANGE], "tpe", 3) == "tpe"


@pytest.mark.parametrize(
    ("dimensions", "method", "samples", "sentence"),
    [
        ([RANGE], None, None, "--method random needs the number of runs; add --samples N."),
        (LISTS, "tpe", None, "--method tpe needs the number of runs; add --samples N."),
        ([RANGE], "grid", None, "A grid needs a list of values for optimizer.lr"),
        (LISTS, "grid", 3, "A grid has all combinations"),
    ],
)
def test_what_does_not_fit_is_refused(dimensions, method, samples, sentence):
    with pytest.raises(UserError) as refused:
        require_method(dimensions, method, samples)
    assert sentence in str(refused.value)
