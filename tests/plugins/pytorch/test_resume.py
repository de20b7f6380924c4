"""A run that was saved and loaded ends exactly as one that was never interrupted."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.pytorch

from workbench.api import UserError  # noqa: E402
from workbench_pytorch.backend_specs import PytorchOptions  # noqa: E402
from workbench_pytorch.model_specs import CnnOptions, MlpOptions  # noqa: E402
from workbench_pytorch.optimizer_specs import AdamOptions, SgdOptions  # noqa: E402

SMALL_CNN = CnnOptions(channels=(4,), hidden=8, dropout=0.5)
EPOCHS = 3
RATE = 1e-2


def drive(trainer: Any, stops: set[int], folder: Path, remake: Any) -> tuple[list[float], Any]:
    """Train batch by batch; at each stop save, forget the trainer and load a fresh one."""
    losses: list[float] = []
    for epoch in range(EPOCHS):
        for batch in range(trainer.steps_per_epoch):
            step = epoch * trainer.steps_per_epoch + batch
            if step in stops:
                saved = folder / str(step)
                saved.mkdir()
                trainer.save(saved)
                torch.manual_seed(999)
                torch.rand(5)
                trainer = remake()
                trainer.load(saved)
            if batch == 0:
                trainer.start_epoch(epoch)
            losses += trainer.train(range(batch, batch + 1), [RATE])
        losses.append(trainer.evaluate("test").loss)
    return losses, trainer._model.state_dict()


@pytest.mark.parametrize(
    ("optimizer", "changes"),
    [
        (SgdOptions(momentum=0.9), {"shuffle": True}),
        (AdamOptions(amsgrad=True), {"shuffle": True, "drop_last": True}),
        (AdamOptions(), {"shuffle": False}),
        (SgdOptions(), {"shuffle": True, "loader_workers": 1}),
        (SgdOptions(momentum=0.9), {"shuffle": True, "options": PytorchOptions(precision="fp16")}),
    ],
    ids=["momentum", "adam", "stored-order", "loader", "fp16"],
)
def test_resuming_is_exact(
    make_trainer: Any, tmp_path: Path, optimizer: Any, changes: dict[str, Any]
) -> None:
    def make() -> Any:
        return make_trainer(SMALL_CNN, optimizer, **changes)

    trainer = make()
    total = EPOCHS * trainer.steps_per_epoch
    stops = {trainer.steps_per_epoch, *random.Random(3).sample(range(1, total), 3)}
    expected = drive(trainer, set(), tmp_path, make)

    resumed = drive(make(), stops, tmp_path, make)

    assert resumed[0] == expected[0]
    for name, weight in expected[1].items():
        assert torch.equal(resumed[1][name], weight), name


def test_saving_changes_nothing(make_trainer: Any, tmp_path: Path) -> None:
    trainer = make_trainer(SMALL_CNN, shuffle=True)
    before = torch.get_rng_state()
    folder = tmp_path / "checkpoint"
    folder.mkdir()

    trainer.save(folder)

    assert torch.equal(torch.get_rng_state(), before)
    assert sorted(path.name for path in folder.iterdir()) == [
        "model.safetensors",
        "optimizer.pt",
        "random.safetensors",
        "trainer.json",
    ]


def test_shared_and_channels_last_weights(make_trainer: Any, info: Any, tmp_path: Path) -> None:
    class Tied(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.convolution = torch.nn.Conv2d(1, 4, 3)
            self.first = torch.nn.Linear(4 * 26 * 26, 10)
            self.second = torch.nn.Linear(10, 10)
            self.third = torch.nn.Linear(10, 10)
            self.third.weight = self.second.weight

        def forward(self, x: Any) -> Any:
            return self.third(self.second(self.first(self.convolution(x).flatten(1))))

    def make(seed: int) -> Any:
        options = PytorchOptions(channels_last=True)
        return make_trainer(build_model=Tied, seed=seed, options=options)

    saved, fresh = make(1), make(2)
    saved.save(tmp_path)
    fresh.load(tmp_path)

    assert fresh.logits("test", [0]) == saved.logits("test", [0])
    assert fresh._model.third.weight is fresh._model.second.weight


def test_a_missing_file(make_trainer: Any, tmp_path: Path) -> None:
    trainer = make_trainer()
    trainer.save(tmp_path)
    (tmp_path / "optimizer.pt").unlink()

    with pytest.raises(UserError, match=r"has no optimizer\.pt"):
        trainer.load(tmp_path)


@pytest.mark.parametrize(
    "name", ["model.safetensors", "optimizer.pt", "random.safetensors", "trainer.json"]
)
@pytest.mark.parametrize("content", [b"", b"not what was saved", None])
def test_a_damaged_file(
    make_trainer: Any, tmp_path: Path, name: str, content: bytes | None
) -> None:
    trainer = make_trainer()
    trainer.save(tmp_path)
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) // 2] if content is None else content)
    before = trainer.logits("test", [0])

    with pytest.raises(UserError, match=rf"{name} can't be read"):
        trainer.load(tmp_path)

    assert trainer.logits("test", [0]) == before


def test_a_trainer_file_of_other_values(make_trainer: Any, tmp_path: Path) -> None:
    trainer = make_trainer()
    trainer.save(tmp_path)
    for wrong in ([], {"order_seed": "seven", "scaler": {}}, {"scaler": {}}):
        (tmp_path / "trainer.json").write_text(json.dumps(wrong))

        with pytest.raises(UserError, match=r"trainer\.json can't be read"):
            trainer.load(tmp_path)


def test_a_pickle_is_not_run(make_trainer: Any, tmp_path: Path) -> None:
    class Harm:
        def __reduce__(self) -> Any:
            return (Path.touch, (tmp_path / "harm",))

    trainer = make_trainer()
    trainer.save(tmp_path)
    torch.save(Harm(), tmp_path / "optimizer.pt")

    with pytest.raises(UserError, match=r"optimizer\.pt can't be read"):
        trainer.load(tmp_path)

    assert not (tmp_path / "harm").exists()


def test_a_checkpoint_of_another_model(make_trainer: Any, tmp_path: Path) -> None:
    make_trainer(MlpOptions(hidden=(16,))).save(tmp_path)

    with pytest.raises(UserError, match=r"another model: .* is 16x784 there and 8x784 in this"):
        make_trainer(MlpOptions(hidden=(8,))).load(tmp_path)
    with pytest.raises(UserError, match=r"another model: .* missing"):
        make_trainer(SMALL_CNN).load(tmp_path)


def test_a_checkpoint_of_another_optimizer(make_trainer: Any, tmp_path: Path) -> None:
    make_trainer(optimizer=AdamOptions()).save(tmp_path)

    with pytest.raises(UserError, match="another optimizer"):
        make_trainer(optimizer=SgdOptions()).load(tmp_path)
