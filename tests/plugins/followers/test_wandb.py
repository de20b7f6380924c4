import struct

import pytest

from workbench_followers.wandb_runs import WandbOptions, create

wandb = pytest.importorskip("wandb", reason="Weights & Biases is not installed")


def records(content):
    """The records of LevelDB's log format in a file of one block: checksum, length, kind, data."""
    at = 7
    while at + 7 <= len(content):
        (length,) = struct.unpack_from("<H", content, at + 4)
        yield content[at + 7 : at + 7 + length]
        at += 7 + length


def history(files):
    """The steps and losses in the files that `wandb sync` sends, oldest first."""
    from wandb.proto import wandb_internal_pb2

    found = []
    for path in sorted((files / "wandb").glob("offline-run-*/*.wandb")):
        for content in records(path.read_bytes()):
            record = wandb_internal_pb2.Record.FromString(content)
            if record.WhichOneof("record_type") == "history":
                values = {
                    "".join(item.nested_key) or item.key: item.value_json
                    for item in record.history.item
                }
                found.append((record.history.step.num, values.get("train/loss")))
    return found


def test_a_run_in_files_goes_on_when_resumed(tell, monkeypatch):
    monkeypatch.setenv("WANDB_MODE", "offline")
    files = tell(create, WandbOptions(), 0, 7)
    assert [step for step, _ in history(files)] == [1, 3, 4, 5, 7]
    tell(create, WandbOptions(), 4, 8, is_end=True)
    found = history(files)
    assert [step for step, _ in found] == [1, 3, 4, 5, 7, 8]
    assert dict(found)[3] == str(1 / 3)
    names = {path.name for path in (files / "wandb").glob("offline-run-*/run-*.wandb")}
    assert len(names) == 1  # both belong to the same run
