"""The loop that ``workbench bench`` compares with: Keras's own ``fit``."""

import pytest

pytestmark = pytest.mark.keras


@pytest.mark.parametrize("loss", ["cross-entropy", "mse"])
def test_it_trains_a_copy_and_says_where_its_time_went(lab, loss):
    trainer = lab.make_trainer(loss=loss)
    before = trainer.logits("test", range(4))
    for _ in range(2):  # the second time it is traced already
        times = trainer.plain_loop(3)
    assert trainer.logits("test", range(4)) == before
    parts = (times.data_s, times.forward_s, times.optimizer_s, times.report_s)
    assert min(parts) > 0
    assert times.backward_s >= 0
    assert times.total_s > 0
    copy = trainer._plain_loop._model.get_weights()
    assert any((a != b).any() for a, b in zip(copy, trainer.model.get_weights(), strict=True))
