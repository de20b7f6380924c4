"""Several devices: the CPU divided in two, in a process of its own as it must be set first."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.keras, pytest.mark.timeout(600)]

TRAIN = """
import json
import sys

sys.path.insert(0, sys.argv[1])
import lab

for devices in ((0, 1), (0,)):
    trainer = lab.make_trainer(
        device="cpu", devices=devices, batch_size=33, sizes=(100, 48), shuffle=True,
        model_options={"dropout": 0.0},
    )
    losses = lab.train_epoch(trainer, 0, 0.01) + lab.train_epoch(trainer, 1, 0.01)
    test = trainer.evaluate("test")
    print("found", json.dumps([trainer.device, losses, test.loss, test.correct, test.size]))
"""


def test_two_devices_give_the_curve_of_one():
    if importlib.util.find_spec("tensorflow") is None:
        pytest.skip("TensorFlow is not installed")
    done = subprocess.run(
        [sys.executable, "-c", TRAIN, str(Path(__file__).parent)],
        capture_output=True,
        text=True,
        check=False,
    )
    found = [
        json.loads(line.removeprefix("found "))
        for line in done.stdout.splitlines()
        if line.startswith("found ")
    ]
    assert len(found) == 2, done.stderr[-4000:]
    (names, two, *tested_by_two), (name, one, *tested_by_one) = found
    assert (names, name) == ("2 x cpu", "cpu")
    # Batches of 33, 33, 33 and one: those of odd length and that of one item are divided too.
    assert len(one) == len(two) == 8
    assert two == pytest.approx(one, rel=1e-4, abs=1e-5)
    assert tested_by_two == pytest.approx(tested_by_one, rel=1e-4)
