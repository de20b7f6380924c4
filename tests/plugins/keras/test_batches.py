"""Which items are trained on, in which order, and from where."""

import pytest

pytestmark = pytest.mark.keras


def test_ranges_of_batches_add_up_to_an_epoch(lab, tmp_path):
    whole, parts = lab.make_trainer(shuffle=True), lab.make_trainer(shuffle=True)
    losses = lab.train_epoch(whole)
    parts.start_epoch(0)
    found = [
        loss
        for batches in (range(1), range(1, 5), range(5, 7))
        for loss in parts.train(batches, [1e-3] * len(batches))
    ]
    assert found == losses
    assert lab.stored_values(whole, tmp_path / "a") == lab.stored_values(parts, tmp_path / "b")


@pytest.mark.parametrize("workers", [0, 2])
def test_items_loaded_one_by_one_give_the_same_numbers(lab, workers):
    context = lab.make_context(shuffle=True)
    splits = {name: lab.ItemSplit(split) for name, split in context.splits.items()}
    wanted = lab.create_trainer(context)
    found = lab.create_trainer(lab.replace(context, splits=splits, loader_workers=workers))
    for epoch in range(2):
        wanted_losses = lab.train_epoch(wanted, epoch)
        found.start_epoch(epoch)
        losses = [
            loss
            for batches in (range(3), range(3, 7))
            for loss in found.train(batches, [1e-3] * len(batches))
        ]
        assert losses == wanted_losses
        assert found.evaluate("test") == wanted.evaluate("test")
    assert found.logits("test", [3, 1]) == wanted.logits("test", [3, 1])


def test_each_epoch_has_its_own_order_of_all_items(lab):
    context = lab.make_context(shuffle=True)
    split = lab.ItemSplit(context.splits["train"])
    trainer = lab.create_trainer(lab.replace(context, splits={"train": split}))
    orders = []
    for epoch in (0, 1, 0):
        split.read.clear()
        lab.train_epoch(trainer, epoch)
        orders.append(tuple(split.read))
    assert sorted(orders[0]) == list(range(100))
    assert orders[0] == orders[2] != orders[1]
    assert orders[0] != tuple(range(100))


def test_stored_order_without_shuffle(lab):
    context = lab.make_context()
    split = lab.ItemSplit(context.splits["train"])
    lab.train_epoch(lab.create_trainer(lab.replace(context, splits={"train": split})), epoch=3)
    assert split.read == list(range(100))


def test_drop_last_leaves_out_the_smaller_batch(lab):
    trainer = lab.make_trainer(drop_last=True)
    assert trainer.steps_per_epoch == 6
    assert len(lab.train_epoch(trainer)) == 6
    assert lab.make_trainer().steps_per_epoch == 7


def test_no_batch_is_refused(lab):
    with pytest.raises(lab.UserError, match=r"has 10 items, which make no batch of 16"):
        lab.make_trainer(sizes=(10, 10), drop_last=True)


def test_an_unknown_split_and_item_are_refused(lab):
    trainer = lab.make_trainer()
    with pytest.raises(lab.UserError, match=r'no split "validation"; there are train, test'):
        trainer.evaluate("validation")
    with pytest.raises(lab.UserError, match=r"no item 48 in test; it has 0 to 47"):
        trainer.logits("test", [0, 48])
