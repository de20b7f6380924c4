import math

from workbench.api.events import (
    BatchesTrained,
    EpochStarted,
    EpochTested,
    ModelBuilt,
    RunFinished,
    RunStarted,
    Sample,
    SamplesPredicted,
    WarningRaised,
)
from workbench.api.training import ModelSummary
from workbench.core.runs import RunFolder
from workbench.tui.run_history import RunHistory


def history(tmp_path):
    return RunHistory(RunFolder(tmp_path / "run"))


def started(**more):
    return RunStarted(pid=1, host="h", workbench="1", python="3", versions={}, **more)


def built():
    summary = ModelSummary("", (), 1, 1, ())
    return ModelBuilt(device="cpu", steps_per_epoch=10, batch_size=4, epochs=2, summary=summary)


def batches(step, *losses, current=40):
    return BatchesTrained(
        epoch=0,
        first_batch=0,
        losses=losses,
        step=step,
        current=current,
        size=40,
        learning_rate=0.1,
        elapsed_s=0.5,
    )


def epoch_tested(epoch, accuracy, elapsed_s=1.0):
    return EpochTested(
        epoch=epoch,
        step=10 * (epoch + 1),
        accuracy=accuracy,
        loss=1.0,
        correct=1,
        size=2,
        elapsed_s=elapsed_s,
        is_best=True,
    )


def values(series):
    return [series[index] for index in range(len(series))]


def test_losses_stand_at_their_step(tmp_path):
    seen = history(tmp_path)
    seen.apply([started(), built(), batches(2, 3.0, 2.0), batches(3, 1.0)])
    assert values(seen.losses) == [3.0, 2.0, 1.0]
    assert len(seen.smooth) == 3
    assert 1.0 < seen.smooth[2] < 3.0


def test_a_resumed_run_trains_the_steps_after_its_checkpoint_again(tmp_path):
    seen = history(tmp_path)
    seen.apply([started(), built(), batches(4, 4.0, 3.0, 2.0, 1.0)])
    seen.apply([started(checkpoint="step-2", batch=2), built(), batches(3, 9.0)])
    assert values(seen.losses) == [4.0, 3.0, 9.0]
    assert len(seen.smooth) == 3


def test_an_epoch_that_is_tested_again_replaces_the_earlier_result(tmp_path):
    seen = history(tmp_path)
    seen.apply([epoch_tested(0, 0.5), epoch_tested(1, 0.6), epoch_tested(1, 0.7)])
    assert [(test.epoch, test.accuracy) for test in seen.tests] == [(0, 0.5), (1, 0.7)]


def test_a_gap_and_a_loss_that_is_no_number_stay_gaps(tmp_path):
    seen = history(tmp_path)
    seen.apply([built(), batches(5, 1.0, "nan")])
    assert len(seen.losses) == 5
    assert math.isnan(seen.losses[4])
    assert seen.smooth[4] == 1.0


def test_speed_and_time_left(tmp_path):
    seen = history(tmp_path)
    assert seen.items_per_s is None
    assert seen.left_s is None
    seen.apply([started(), built(), EpochStarted(epoch=0, step=0)])
    seen.apply([batches(5, *[1.0] * 5, current=20)])
    assert seen.items_per_s == 40.0  # 5 batches of 4 in half a second
    assert seen.left_s == 60 / 40.0  # 20 items of this epoch and 40 of the next
    seen.apply([batches(10, *[1.0] * 5), epoch_tested(0, 0.5)])
    assert seen.left_s == 40 / 40.0 + 1.0  # and the test of the last epoch


def test_the_log_has_the_shared_lines_and_notes(tmp_path):
    seen = history(tmp_path)
    sample = Sample(
        index=0, predicted="Bag", actual="Coat", confidence=0.5, shape=(1, 1), pixels="AA=="
    )
    seen.apply(
        [EpochStarted(epoch=0, step=0), epoch_tested(0, 0.647), WarningRaised(message="careful")]
    )
    seen.apply_result(SamplesPredicted(split="test", step=1, samples=(sample,)))
    seen.apply(
        [RunFinished(end="completed", step=1, last_accuracy=1, best_accuracy=1, elapsed_s=1)]
    )
    assert [(line.kind, line.text) for line in seen.log] == [
        ("epoch", "Epoch 0"),
        ("epoch", "-" * 31),
        ("test", "Test Error: "),
        ("test", " Accuracy: 64.7%, Avg loss: 1.000000 "),
        ("test", ""),
        ("warning", "careful"),
        ("prediction", 'Predicted: "Bag", Actual: "Coat"'),
        ("done", "Done!"),
    ]


def test_a_run_without_a_worker_is_interrupted_but_not_while_it_starts(tmp_path):
    seen = history(tmp_path)
    seen.apply([started()])
    assert not seen.settle(is_alive=True)
    assert seen.settle(is_alive=False)
    assert seen.overview.state == "interrupted"
    seen.launched()
    assert seen.overview.state == "starting"
    assert not seen.settle(is_alive=False)
