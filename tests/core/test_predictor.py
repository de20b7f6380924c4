"""A real predictor process, on the tiny backend."""

import base64
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import msgspec
import pytest

from workbench.api.errors import UserError, WorkbenchError
from workbench.core.checkpoints import find_checkpoint
from workbench.core.evaluation import ItemFilter, read_evaluation, select
from workbench.core.prediction import LoadModel, PredictFiles, PredictPixels
from workbench.core.predictor import IDLE_S, Predictor, PredictorEndedError

STRIPE = b"".join(bytes([200 if row // 2 == 1 else 20] * 8) for row in range(8))


@pytest.fixture
def run(start):
    run, worker = start(epochs=2)
    assert worker.wait(60) == 0
    return run


@pytest.fixture
def predictor(run, tmp_path):
    with Predictor(run, "latest", tmp_path / "data") as predictor:
        yield predictor


def drawing(content=STRIPE, shape=(8, 8), **more):
    return PredictPixels(shape=shape, pixels=base64.b64encode(content).decode(), **more)


def process_of(predictor):
    predictor.start()
    return predictor._process


def test_it_says_what_it_has_loaded(predictor, run):
    ready = predictor.start()
    assert (ready.run, ready.checkpoint, ready.step) == (run.name, "step-00000064", 64)
    assert (ready.dataset, ready.kind, ready.shape) == ("tiny", "image", (8, 8))
    assert ready.classes == ("circle", "square", "cross", "line")
    assert ready.sizes == {"train": 512, "test": 64}
    assert ready.has_saliency
    assert not ready.is_on_black  # its stripes reach the border


def test_items_in_depth(predictor):
    event = predictor.items((5, 2), saliency=True)
    assert [(item.index, item.actual) for item in event.samples] == [(5, "square"), (2, "cross")]
    for item in event.samples:
        assert item.predicted == item.actual
        assert sum(item.probabilities) == pytest.approx(1, abs=1e-6)
        assert max(item.probabilities) == pytest.approx(item.confidence, abs=1e-6)
        assert len(base64.b64decode(item.pixels)) == 64
        saliency = base64.b64decode(item.saliency)
        assert len(saliency) == 64
        assert max(saliency) == 255
        assert len(set(saliency)) > 10
    assert predictor.items((0,)).samples[0].saliency == ""


def test_a_drawing(predictor):
    found = predictor.pixels(drawing(saliency=True))
    assert found.predicted == "square"
    assert base64.b64decode(found.pixels) == STRIPE
    assert len(base64.b64decode(found.saliency)) == 64
    larger = b"".join(bytes([200 if row // 8 == 3 else 20] * 32) for row in range(32))
    assert predictor.pixels(drawing(larger, (32, 32))).predicted == "line"


@pytest.mark.parametrize("shape", [(9, 8), (0, 8), (-8, -8), (5000, 5000)])
def test_a_drawing_of_the_wrong_size_is_refused(predictor, shape):
    with pytest.raises(UserError, match=r"needs -?\d+ bytes, one a pixel"):
        predictor.pixels(drawing(shape=shape))
    assert predictor.pixels(drawing()).predicted == "square"


def test_files_and_those_that_can_not_be_predicted(predictor, tmp_path):
    image_module = pytest.importorskip("PIL.Image")
    folder = tmp_path / "images"
    folder.mkdir()
    image_module.frombytes("L", (8, 8), STRIPE).save(folder / "a.png")
    (folder / "b.png").write_bytes(b"nothing")
    good, bad = predictor.files(PredictFiles((str(folder),)))
    assert (Path(good.file).name, good.predicted, good.problem) == ("a.png", "square", "")
    assert [step.name for step in good.steps] == ["original"]
    assert bad.predicted == ""
    assert "is not an image" in bad.problem
    (lean,) = predictor.files(PredictFiles((str(folder / "a.png"),), steps=False))
    assert lean.steps == ()


def test_an_evaluation_is_kept_with_the_checkpoint(predictor, run):
    result = predictor.evaluate()
    assert result == read_evaluation(find_checkpoint(run))
    assert (result.size, result.model) == (64, f"{run.name}@step-00000064")
    assert sum(map(sum, result.confusion)) == 64
    trained = predictor.evaluate("train")
    assert trained.size == 512
    least = select(trained, ItemFilter(order="least-sure"))[0]
    (sample,) = predictor.items((least,), "train").samples
    assert sample.confidence == pytest.approx(min(trained.items.confidence), abs=1e-6)
    assert float(sample.loss) == pytest.approx(float(trained.items.loss[least]), rel=1e-5)


def test_what_is_wrong_is_one_sentence_and_ends_nothing(predictor):
    with pytest.raises(UserError, match="has items 0 to 63; there is no 64"):
        predictor.items((64,))
    with pytest.raises(UserError, match='There is no split "valid"'):
        predictor.evaluate("valid")
    assert len(predictor.items((63,)).samples) == 1


def test_a_checkpoint_that_can_not_be_loaded(run, tmp_path):
    predictor = Predictor(run, "step-99", tmp_path / "data")
    with pytest.raises(UserError, match=r'There is no checkpoint ".*@step-99"'):
        predictor.start()
    file = find_checkpoint(run).path / "tiny.json"
    file.write_text("{}")
    with pytest.raises(UserError, match="is damaged"):
        Predictor(run, "latest", tmp_path / "data").start()


def test_a_checkpoint_of_another_dataset(run, tmp_path):
    path = find_checkpoint(run).path / "manifest.json"
    path.write_text(path.read_text().replace('"name": "tiny"', '"name": "mnist"', 1))
    with pytest.raises(UserError, match="was trained on mnist, but its run is one on tiny"):
        Predictor(run, "latest", tmp_path / "data").start()


def test_a_class_list_that_does_not_match(run, tmp_path):
    run.events.write_text(run.events.read_text().replace('"circle"', '"disc"'))
    with pytest.raises(UserError, match=r"was trained with the classes disc, square.* now"):
        Predictor(run, "latest", tmp_path / "data").start()


def test_it_ends_when_its_input_does(run, tmp_path, wait_for):
    process = subprocess.Popen(
        [sys.executable, "-m", "workbench.worker.predictor", "600"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    request = LoadModel(str(run.path), "latest", str(tmp_path / "data"))
    process.stdin.write(msgspec.json.encode(request) + b"\n")
    process.stdin.flush()
    assert b'"ModelReady"' in process.stdout.readline()
    process.stdin.close()
    assert wait_for(lambda: process.poll() is not None)
    process.stdout.close()


def test_after_idling_or_a_kill_the_next_request_starts_another(run, tmp_path, wait_for):
    with Predictor(run, "latest", tmp_path / "data", idle_s=0.05) as predictor:
        first = process_of(predictor)
        assert wait_for(lambda: first.poll() is not None)
        predictor._idle_s = IDLE_S
        assert predictor.items((0,)).samples[0].actual == "circle"
    with Predictor(run, "latest", tmp_path / "data") as predictor:
        first = process_of(predictor)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        assert predictor.items((0,)).samples[0].actual == "circle"


def test_a_request_in_the_moment_in_which_it_idles_out_starts_another(run, tmp_path, monkeypatch):
    with Predictor(run, "latest", tmp_path / "data", idle_s=0.05) as predictor:
        first = process_of(predictor)
        first.wait()
        predictor._idle_s = IDLE_S
        monkeypatch.setattr(first, "poll", iter((None, first.returncode)).__next__)
        assert predictor.items((0,)).samples[0].actual == "circle"


def test_closing_ends_the_process_and_a_request_under_way(run, tmp_path, wait_for):
    predictor = Predictor(run, "latest", tmp_path / "data")
    process = process_of(predictor)
    os.kill(process.pid, signal.SIGSTOP)  # it will not answer
    errors = []

    def ask():
        try:
            predictor.items((0,))
        except WorkbenchError as error:
            errors.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    wait_for(predictor._lock.locked)
    predictor.close()
    os.kill(process.pid, signal.SIGCONT)
    thread.join(30)
    assert isinstance(errors[0], PredictorEndedError)
    assert process.poll() is not None
    with pytest.raises(PredictorEndedError, match="closed"):
        predictor.items((0,))


def test_requests_of_several_threads_are_answered_in_turn(predictor):
    found = {}

    def ask(index):
        found[index] = predictor.items((index,)).samples[0].index

    threads = [threading.Thread(target=ask, args=(index,)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == {index: index for index in range(8)}
