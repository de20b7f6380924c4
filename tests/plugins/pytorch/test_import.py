"""Files of weights that don't fit, are damaged or are hostile."""

import contextlib
import os
import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.pytorch

from workbench.api import UserError  # noqa: E402
from workbench_pytorch.model_specs import CnnOptions, MlpOptions  # noqa: E402
from workbench_pytorch.recognising import likely_model  # noqa: E402


class Harm:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return (os.system, (f"touch {self.path}",))


def refused(trainer: Any, path: Path) -> str:
    """The one sentence of a refusal that left the model as it was."""
    before = trainer.logits("test", [0])
    with pytest.raises(UserError) as caught:
        trainer.import_weights(path)
    assert trainer.logits("test", [0]) == before
    sentence = str(caught.value)
    assert sentence.startswith(str(path))
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize("place", ["whole", "beside", "old", "bare"])
def test_a_hostile_pickle_runs_nothing(make_trainer: Any, tmp_path: Path, place: str) -> None:
    trainer, path, made = make_trainer(), tmp_path / "model.pth", tmp_path / "harm"
    weights = dict(trainer._model.state_dict())
    if place == "whole":
        torch.save(Harm(made), path)
    elif place == "beside":
        torch.save({"model_state_dict": weights, "extra": Harm(made)}, path)
    elif place == "old":
        torch.save({**weights, "x": Harm(made)}, path, _use_new_zipfile_serialization=False)
    else:
        path.write_bytes(pickle.dumps(Harm(made)))

    assert "nothing of it was run" in refused(trainer, path)
    assert not made.exists()

    with contextlib.suppress(RuntimeError):  # by then it is too late
        torch.load(path, weights_only=False)
    assert made.exists(), "opened carelessly it does harm"


def test_a_whole_model_is_refused(make_trainer: Any, tmp_path: Path) -> None:
    torch.save(torch.nn.Linear(2, 2), tmp_path / "model.pt")

    assert "model.state_dict()" in refused(make_trainer(), tmp_path / "model.pt")


@pytest.mark.parametrize("content", [[1, 2], {}, {"epoch": 3}, {1: 2}, torch.zeros(3)])
def test_what_is_no_state_dict(make_trainer: Any, tmp_path: Path, content: Any) -> None:
    torch.save(content, tmp_path / "model.pth")

    assert "holds no state_dict" in refused(make_trainer(), tmp_path / "model.pth")


@pytest.mark.parametrize("name", ["model.pth", "model.safetensors"])
@pytest.mark.parametrize("content", [b"", b"not weights", None])
def test_a_damaged_file(
    make_trainer: Any, tmp_path: Path, name: str, content: bytes | None
) -> None:
    trainer, path = make_trainer(), tmp_path / name
    trainer.export(path, name.rpartition(".")[2])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if content is None else content)

    refused(trainer, path)


def test_which_layer_does_not_fit_and_what_would(make_trainer: Any, tmp_path: Path) -> None:
    path = tmp_path / "model.pth"
    make_trainer(MlpOptions(hidden=(32, 20))).export(path, "pth")

    sentence = refused(make_trainer(MlpOptions(hidden=(16,))), path)

    assert (
        "linear_relu_stack.0.weight is 32x784 there and 16x784 here; it looks like the model "
        "mlp with model.hidden=32,20 for 784 inputs and 10 classes."
    ) in sentence


def test_another_models_file_says_of_which(make_trainer: Any, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    make_trainer(CnnOptions(channels=(4, 6), hidden=9)).export(path, "safetensors")

    sentence = refused(make_trainer(), path)

    assert "linear_relu_stack.0.weight is missing there and 16x784 here" in sentence
    assert "the model cnn with model.channels=4,6 and model.hidden=9 for 10 classes" in sentence


def test_tensors_that_the_model_lacks(make_trainer: Any, tmp_path: Path) -> None:
    trainer, path = make_trainer(), tmp_path / "model.pth"
    torch.save({**trainer._model.state_dict(), "extra": torch.zeros(2, dtype=torch.int8)}, path)

    assert "extra is 2 of int8 there and missing here" in refused(trainer, path)


def test_weights_of_no_known_model() -> None:
    assert likely_model({"weight": (2, 2)}) is None
    assert likely_model({"linear_relu_stack.0.weight": (2,)}) is None
    hidden = {f"linear_relu_stack.{index}.weight": (index, 2) for index in (10, 2, 0)}
    assert "model.hidden=0,2 for 2 inputs and 10 classes" in str(likely_model(hidden))


def test_half_precision_weights_of_a_plain_script(make_trainer: Any, tmp_path: Path) -> None:
    trainer, path = make_trainer(), tmp_path / "model.pth"
    halves = OrderedDict(
        (name, weight.half()) for name, weight in trainer._model.state_dict().items()
    )
    torch.save(halves, path)

    trainer.import_weights(path)

    weight = trainer._model.linear_relu_stack[0].weight
    assert weight.dtype == torch.float32
    assert torch.equal(weight, halves["linear_relu_stack.0.weight"].float())


def test_a_checkpoint_of_another_model(make_trainer: Any, tmp_path: Path) -> None:
    make_trainer(MlpOptions(hidden=(16,))).save(tmp_path)

    with pytest.raises(UserError, match=r"another model: .* is 16x784 there and 8x784 in this"):
        make_trainer(MlpOptions(hidden=(8,))).load_weights(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    with pytest.raises(UserError, match=r"has no model\.safetensors"):
        make_trainer().load_weights(tmp_path)
