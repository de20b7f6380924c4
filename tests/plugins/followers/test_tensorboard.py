import struct
import sys

import pytest

from workbench_followers.scalars import ScalarOptions
from workbench_followers.tensorboard import create

pytest.importorskip("tensorboardX", reason="tensorboardX is not installed")


def records(path):
    """The events of a TFRecord file: length, its checksum, the data, its checksum."""
    from tensorboardX.proto.event_pb2 import Event

    content, at = path.read_bytes(), 0
    while at < len(content):
        (length,) = struct.unpack_from("<Q", content, at)
        yield Event.FromString(content[at + 12 : at + 12 + length])
        at += length + 16


def scalars(files):
    """What TensorBoard shows: a session that starts at a step purges the earlier ones from it."""
    found = {}
    paths = sorted((files / "tensorboard").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    for path in paths:
        for event in records(path):
            if event.session_log.status == event.session_log.START:
                found = {key: value for key, value in found.items() if key[1] < event.step}
            for value in event.summary.value:
                if value.WhichOneof("value") == "simple_value":
                    found.setdefault((value.tag, event.step), []).append(value.simple_value)
    return found


def test_the_numbers_and_the_plan(tell):
    had_torch = "torch" in sys.modules
    files = tell(create, ScalarOptions(), 0, 8)
    found = scalars(files)
    assert found["train/loss", 3] == [pytest.approx(1 / 3)]
    assert found["train/learning_rate", 5] == [0.5]
    assert found["test/accuracy", 8] == [pytest.approx(0.8)]
    (path,) = (files / "tensorboard").iterdir()
    assert b'"hidden"' in path.read_bytes()
    assert ("torch" in sys.modules) == had_torch


def test_a_resumed_run_repeats_no_step(tell):
    tell(create, ScalarOptions(every_batch=True), 0, 7)
    files = tell(create, ScalarOptions(every_batch=True), 4, 8)
    found = scalars(files)
    assert sorted(step for name, step in found if name == "train/loss") == list(range(1, 9))
    assert all(len(values) == 1 for values in found.values())
