from workbench.api.events import RunStarted, SamplesPredicted
from workbench.core.evaluation import epoch_samples, samples_by_epoch
from workbench.core.runs import read_events


def test_each_epoch_of_a_run_shows_the_same_items(start):
    run, worker = start(epochs=3, samples=5)
    assert worker.wait(60) == 0
    found = samples_by_epoch(read_events(run))
    assert list(found) == [0, 1, 2]
    for event in found.values():
        assert [sample.index for sample in event.samples] == [0, 1, 2, 3, 4]
        assert all(abs(sum(sample.probabilities) - 1) < 1e-6 for sample in event.samples)
    first, last = found[0].samples[0], found[2].samples[0]
    assert float(last.loss) < float(first.loss)


def test_an_epoch_that_was_trained_again_is_there_once():
    started = RunStarted(pid=1, host="", workbench="", python="", versions={})
    again = RunStarted(pid=2, host="", workbench="", python="", versions={}, step=10)

    def predicted(epoch, step):
        return SamplesPredicted(split="test", step=step, samples=(), epoch=epoch)

    asked = SamplesPredicted(split="test", step=15, samples=())
    told = [started, predicted(0, 10), asked, predicted(1, 20), again, predicted(1, 20)]
    assert samples_by_epoch(told) == {0: told[1], 1: told[5]}


def test_each_picture_is_in_memory_once_however_many_epochs_there_are(start):
    run, worker = start(epochs=3, samples=5)
    assert worker.wait(60) == 0
    told = [sample for event in epoch_samples(run).values() for sample in event.samples]
    assert len(told) == 15 and all(sample.pixels for sample in told)
    assert len({id(sample.pixels) for sample in told}) == len({sample.pixels for sample in told})


def test_of_very_many_epochs_only_the_newest_are_kept():
    told = [
        SamplesPredicted(split="test", step=10 * epoch, samples=(), epoch=epoch)
        for epoch in range(50)
    ]
    again = RunStarted(pid=2, host="", workbench="", python="", versions={}, step=480)
    assert list(samples_by_epoch(told, newest=5)) == [45, 46, 47, 48, 49]
    assert list(samples_by_epoch([*told, again, told[49]], newest=5)) == [45, 46, 47, 48, 49]
