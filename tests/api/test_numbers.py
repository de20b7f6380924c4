"""Numbers that JSON has no word for."""

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.api.numbers import Number, number
from workbench.api.training import Evaluation, TensorStats


@given(st.floats())
def test_a_float_survives_json(value):
    encoded = msgspec.json.encode(number(value))
    decoded = float(msgspec.json.decode(encoded, type=Number))
    assert decoded == value or (math.isnan(decoded) and math.isnan(value))


@given(st.floats(), st.floats())
def test_statistics_of_weights_that_diverged_survive_json(low, high):
    stats = TensorStats("weight", (2,), "float32", math.nan, math.inf, low, high)
    assert msgspec.json.decode(msgspec.json.encode(stats), type=TensorStats) == stats
    assert stats.mean == "nan"


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_a_number_of_numpy_is_a_number(kind):
    assert msgspec.json.encode(number(kind(0.5))) == b"0.5"


def test_what_a_trainer_computed_with_numpy_is_told_as_plain_numbers():
    said = Evaluation(np.float32(0.5), np.int64(3), np.int64(4), mae=np.float64(0.25))
    assert [type(value) for value in vars(said).values()] == [float, int, int, float, type(None)]
    assert msgspec.json.encode(said.accuracy) == b"0.75"
