"""Numbers that JSON has no word for."""

import math

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from workbench.api.numbers import Number, number
from workbench.api.training import TensorStats


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
