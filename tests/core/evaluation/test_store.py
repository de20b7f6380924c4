import msgspec
import pytest

from workbench.core.checkpoints import find_checkpoint, list_checkpoints, verify
from workbench.core.checkpoints.managing import (
    delete_checkpoint,
    rename_checkpoint,
    restore_checkpoint,
)
from workbench.core.evaluation import (
    keep_evaluation,
    keep_live_evaluation,
    list_evaluations,
    read_evaluation,
    read_live_evaluation,
)


@pytest.fixture
def run(start):
    run, worker = start(epochs=2)
    assert worker.wait(60) == 0
    return run


def test_an_evaluation_is_kept_with_its_checkpoint(run, result):
    checkpoint = find_checkpoint(run)
    result = msgspec.structs.replace(result, checkpoint=checkpoint.name)
    assert read_evaluation(checkpoint) is None
    assert keep_evaluation(checkpoint, result)

    assert read_evaluation(checkpoint) == result
    assert read_evaluation(checkpoint, "train") is None
    verify(checkpoint)  # what its manifest seals is untouched
    first = list_checkpoints(run)[0]
    assert read_evaluation(first) is None

    named = rename_checkpoint(run, checkpoint.name, "mine")
    assert read_evaluation(named).model == "quiet-otter@mine"
    rename_checkpoint(run, first.name, "other")
    delete_checkpoint(run, "mine")
    assert not keep_evaluation(named, result)
    assert read_evaluation(restore_checkpoint(run, "mine")).correct == 3


def test_a_split_of_any_name_has_a_file(run, result):
    checkpoint = find_checkpoint(run)
    odd = msgspec.structs.replace(result, split="../a b")
    assert keep_evaluation(checkpoint, odd)
    assert read_evaluation(checkpoint, "../a b").split == "../a b"
    assert [item.split for item in list_evaluations(checkpoint)] == ["../a b"]


def test_that_of_the_live_model_is_replaced_by_the_next(run, result):
    assert keep_live_evaluation(run, msgspec.structs.replace(result, checkpoint=""))
    later = msgspec.structs.replace(result, checkpoint="", step=20)
    assert keep_live_evaluation(run, later)
    assert read_live_evaluation(run) == later
    assert later.model == "quiet-otter"


@pytest.mark.parametrize("content", [b"", b"{}", b'{"type":"EvaluationResult","format":99}'])
def test_a_damaged_file_is_as_none(run, result, content):
    keep_live_evaluation(run, result)
    (run.path / "evaluations" / "test.json").write_bytes(content)
    assert read_live_evaluation(run) is None
