import math

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from workbench.api.events import (
    BatchesTrained,
    DataPrepared,
    EpochStarted,
    EpochTested,
    LossReported,
    ModelBuilt,
    RunFinished,
    RunStarted,
    Sample,
    SamplesPredicted,
    StageEntered,
    WarningRaised,
)
from workbench.api.training import ModelSummary
from workbench.core.runs import RunFolder
from workbench.core.runs.skimming import Skimmed
from workbench.tui.run_history import RunHistory
from workbench.tui.screens.train.run_header import _progress


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


def test_an_epoch_goes_through_none_of_the_many_before_it(tmp_path):
    class Counted(list):
        looked_at = 0

        def __iter__(self):
            self.looked_at += len(self)
            return super().__iter__()

    seen = history(tmp_path)
    seen.apply([epoch_tested(epoch, 0.5) for epoch in range(50)])
    seen.tests = tests = Counted(seen.tests)
    seen.apply([epoch_tested(50, 0.6), epoch_tested(51, 0.6), epoch_tested(51, 0.7)])
    assert tests.looked_at == 0
    assert [test.epoch for test in seen.tests] == list(range(52))
    assert seen.tests[-1].accuracy == 0.7


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


def test_the_log_says_where_the_data_is_from(tmp_path):
    seen = history(tmp_path)
    for source, is_sample in (("made by its plugin", False), ("embedded sample", True)):
        seen.apply([DataPrepared("toy", source, is_sample, (), {})])
    assert [line.text for line in seen.log] == [
        "toy (made by its plugin)",
        "toy (embedded sample, SAMPLE)",
    ]


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


def test_a_run_completes_once_also_if_it_was_never_seen_running(tmp_path):
    seen, past = history(tmp_path), history(tmp_path)
    assert not seen.completes()
    seen.launched()
    assert not seen.completes()
    end = RunFinished(end="completed", step=1, last_accuracy=1, best_accuracy=1, elapsed_s=1)
    past.apply([started(), built(), end])
    seen.adopt(past)
    assert seen.completes() and not seen.completes()
    opened = history(tmp_path)
    assert not opened.completes()
    opened.adopt(past)
    assert not opened.completes()


LOSS = st.sampled_from([2.5, 1.0, 0.25, "nan", "inf", 1e200])


@st.composite
def stories(draw):
    """Events as a worker writes them, with batches lost and trained anew."""
    found, step = [started(), built()], 0
    for kind in draw(st.lists(st.sampled_from("bbbbblegr"), max_size=30)):
        if kind == "b":
            losses = draw(st.lists(LOSS, min_size=1, max_size=3))
            step += len(losses)
            rate, took = draw(st.sampled_from([0.1, 0.2])), draw(st.sampled_from([0.0, 0.5, 2.0]))
            found.append(replace(batches(step, *losses), learning_rate=rate, elapsed_s=took))
        elif kind == "l":
            found.append(LossReported(epoch=0, batch=1, step=step, loss=1.0, current=4, size=40))
        elif kind == "e":
            found.append(epoch_tested(step // 10, 0.5))
        elif kind == "g":
            step += 2
        else:
            step = draw(st.integers(0, step))
            found += [started(checkpoint="c", step=step), replace(built(), batch_size=8)]
    return found


@given(stories(), st.data())
def test_many_events_at_once_give_what_they_give_one_by_one(tmp_path_factory, story, data):
    folder = tmp_path_factory.getbasetemp()
    single, parted = history(folder), history(folder)
    for event in story:
        single.apply([event])
    cuts = sorted(data.draw(st.lists(st.integers(0, len(story)), max_size=4)))
    for begin, end in zip([0, *cuts], [*cuts, len(story)], strict=True):
        parted.apply(story[begin:end])

    def seen(history):
        curves = (history.losses, history.smooth, history.rates, history.speeds)
        return (
            *(repr(values(series)) for series in curves),
            *(series.extremes() for series in curves),
            *([series.has_broken(i, i + 1) for i in range(len(series))] for series in curves),
            repr(history.overview),
            history.tests,
            history.marks,
            list(history.log),
            history.learning_rate,
            round(history.items_per_s or 0, 6),
        )

    assert seen(parted) == seen(single)


def test_of_a_long_run_places_give_curves_that_stand_still_between_them(tmp_path):
    rough = history(tmp_path)
    first = [started(), built(), batches(1, 4.0), batches(2, 3.5)]
    between = [[batches(200, 3.0), epoch_tested(1, 0.4)], [], [batches(500, 2.0, 1.0)]]
    last = [batches(900, 0.5), epoch_tested(9, 0.9)]
    tests = [epoch_tested(epoch, epoch / 10) for epoch in range(10)]
    rough.skim(Skimmed(first, last, between, tests))
    expected = [4.0, 3.5, *[3.5] * 197, 3.0, *[3.0] * 298, 2.0, 1.0, *[1.0] * 399, 0.5]
    assert values(rough.losses) == expected
    assert [len(item) for item in (rough.smooth, rough.rates, rough.speeds)] == [900] * 3
    assert rough.losses.extremes(64, 128) == (3.5, 3.5)
    assert [test.epoch for test in rough.tests] == list(range(10))
    assert rough.overview.best_accuracy == 0.9
    assert [line.text for line in rough.log].count("Test Error: ") == 1  # the last one


def test_of_a_long_run_all_but_the_curves_is_known_from_its_ends(tmp_path):
    whole, glance = history(tmp_path), history(tmp_path)
    story = [started(), built(), *(batches(step, 1.0) for step in range(1, 900))]
    story += [epoch_tested(0, 0.5), batches(900, 2.0)]
    whole.apply(story)
    glance.skim(Skimmed(story[:10], story[-10:]))
    assert glance.overview == whole.overview
    assert glance.tests == whole.tests
    assert glance.items_per_s == whole.items_per_s
    assert len(glance.losses) == 0
    shown = history(tmp_path)
    shown.launched()
    shown.adopt(glance)
    shown.adopt(whole)
    assert len(shown.losses) == 900
    assert not shown.settle(False)  # it was launched a moment ago


def test_of_an_interrupted_run_it_is_not_said_that_it_starts(tmp_path):
    run = history(tmp_path)
    run.apply([started(), StageEntered(stage="starting pytorch")])
    assert "starting pytorch" in _progress(run, 60).plain
    run.settle(False)
    assert _progress(run, 60).plain == "its worker is gone; press p to go on"
