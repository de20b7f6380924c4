"""The plain loop that ``workbench bench`` compares with."""

from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.pytorch


def test_it_trains_a_copy_and_says_where_its_time_went(make_trainer: Any, splits: Any) -> None:
    trainer = make_trainer()
    before = trainer.logits("test", range(4))

    times = trainer.plain_loop(3)

    assert trainer.logits("test", range(4)) == before
    parts = (times.data_s, times.forward_s, times.backward_s, times.optimizer_s, times.report_s)
    assert min(parts) > 0
    assert times.total_s > 0
