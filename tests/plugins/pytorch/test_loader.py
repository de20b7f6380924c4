"""Items read one by one through a DataLoader give the same numbers as arrays in memory."""

from dataclasses import dataclass
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.pytorch

from workbench_pytorch.model_specs import CnnOptions  # noqa: E402

SMALL_CNN = CnnOptions(channels=(4,), hidden=8, dropout=0.5)


@dataclass(frozen=True)
class ItemsOnly:
    """A split too large for memory."""

    split: Any

    def __len__(self) -> int:
        return len(self.split)

    def __getitem__(self, index: int) -> tuple[Any, int]:
        item: tuple[Any, int] = self.split[index]
        return item

    def arrays(self) -> None:
        return None


@pytest.fixture
def items_only(splits: Any) -> dict[str, ItemsOnly]:
    return {name: ItemsOnly(split) for name, split in splits.items()}


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("workers", [0, 2])
def test_same_numbers(
    make_trainer: Any, run_ours: Any, items_only: Any, shuffle: bool, workers: int
) -> None:
    in_memory = run_ours(make_trainer(SMALL_CNN, shuffle=shuffle))

    loaded = run_ours(
        make_trainer(SMALL_CNN, shuffle=shuffle, splits=items_only, loader_workers=workers)
    )

    assert loaded.losses == in_memory.losses
    assert loaded.tests == in_memory.tests


def test_loader_workers_with_arrays(make_trainer: Any, run_ours: Any) -> None:
    in_memory = run_ours(make_trainer(SMALL_CNN, drop_last=True), epochs=1)

    loaded = run_ours(make_trainer(SMALL_CNN, drop_last=True, loader_workers=1), epochs=1)

    assert loaded.losses == in_memory.losses


def test_evaluating_in_the_middle_of_an_epoch(make_trainer: Any, items_only: Any) -> None:
    in_memory = make_trainer(SMALL_CNN, shuffle=True)
    in_memory.start_epoch(0)
    losses = in_memory.train(range(10), [1e-3] * 10)
    trainer = make_trainer(SMALL_CNN, shuffle=True, splits=items_only)
    trainer.start_epoch(0)

    first = [*trainer.train(range(3), [1e-3] * 3)]
    assert trainer.evaluate("train").size == 300
    rest = [*trainer.train(range(3, 10), [1e-3] * 7)]

    assert first + rest == losses


def test_logits(make_trainer: Any, items_only: Any) -> None:
    in_memory, loaded = make_trainer(), make_trainer(splits=items_only)

    assert loaded.logits("test", [5, 0, 129]) == in_memory.logits("test", [5, 0, 129])
