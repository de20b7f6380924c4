"""Exports load with plain PyTorch, safetensors or ONNX, and come back as imports."""

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.pytorch

from workbench.core.plan import check_plan, compose  # noqa: E402
from workbench.core.runs import create_run  # noqa: E402
from workbench.core.tasks import ExportTask, ImportTask, run_task  # noqa: E402
from workbench_pytorch.model_specs import CnnOptions, MlpOptions  # noqa: E402
from workbench_pytorch.optimizer_specs import AdamOptions  # noqa: E402

SMALL_CNN = CnnOptions(channels=(4,), hidden=8, dropout=0.5)


class NeuralNetwork(torch.nn.Module):
    """The model as a plain script has it."""

    def __init__(self) -> None:
        super().__init__()
        self.flatten = torch.nn.Flatten()
        self.linear_relu_stack = torch.nn.Sequential(
            torch.nn.Linear(28 * 28, 512),
            torch.nn.ReLU(),
            torch.nn.Linear(512, 512),
            torch.nn.ReLU(),
            torch.nn.Linear(512, 10),
        )

    def forward(self, x: Any) -> Any:
        return self.linear_relu_stack(self.flatten(x))


@pytest.fixture
def images(splits: Any) -> Any:
    return torch.from_numpy(splits["test"].inputs[:5]).unsqueeze(1) / 255


def trained(make_trainer: Any, *options: Any, **changes: Any) -> Any:
    trainer = make_trainer(*options, **changes)
    trainer.start_epoch(0)
    trainer.train(range(3), [1e-2] * 3)
    return trainer


def test_pth_loads_into_the_plain_model(make_trainer: Any, images: Any, tmp_path: Path) -> None:
    trainer = trained(make_trainer, MlpOptions())
    trainer.export(tmp_path / "model.pth", "pth")

    model = NeuralNetwork()
    model.load_state_dict(torch.load(tmp_path / "model.pth", weights_only=True))

    with torch.no_grad():
        assert model.eval()(images).tolist() == trainer.logits("test", range(5))


def test_pth_with_optimizer_goes_on_as_the_run_would(
    make_trainer: Any, splits: Any, tmp_path: Path
) -> None:
    trainer = trained(make_trainer, MlpOptions(), AdamOptions(lr=0.5))
    trainer.export(tmp_path / "both.pth", "pth-with-optimizer")

    checkpoint = torch.load(tmp_path / "both.pth", weights_only=True)
    model = NeuralNetwork()
    model.load_state_dict(checkpoint["model_state_dict"])
    optimizer = torch.optim.Adam(model.parameters())
    optimizer.load_state_dict(checkpoint["optimizer_state_dict"])
    batch = slice(3 * 32, 4 * 32)
    inputs = torch.from_numpy(splits["train"].inputs[batch]).unsqueeze(1) / 255
    loss = torch.nn.functional.cross_entropy(
        model(inputs), torch.from_numpy(splits["train"].labels[batch])
    )
    loss.backward()
    optimizer.step()

    assert optimizer.param_groups[0]["lr"] == 1e-2
    assert trainer.train(range(3, 4), [1e-2]) == [loss.item()]
    for name, weight in trainer._model.state_dict().items():
        assert torch.equal(model.state_dict()[name], weight), name


def test_safetensors_hold_the_weights_alone(make_trainer: Any, tmp_path: Path) -> None:
    from safetensors.torch import load_file

    trainer = trained(make_trainer, SMALL_CNN)
    trainer.export(tmp_path / "model.safetensors", "safetensors")

    found = load_file(tmp_path / "model.safetensors")
    own = trainer._model.state_dict()
    assert found.keys() == own.keys()
    assert all(torch.equal(found[name], own[name]) for name in own)


@pytest.mark.filterwarnings("ignore")
def test_onnx_gives_the_same_logits_for_any_batch(
    make_trainer: Any, images: Any, tmp_path: Path
) -> None:
    pytest.importorskip("onnxscript")
    reference = pytest.importorskip("onnx.reference")
    trainer = trained(make_trainer, SMALL_CNN)
    trainer._model.train()
    state = torch.get_rng_state()

    trainer.export(tmp_path / "model.onnx", "onnx")

    assert [path.name for path in tmp_path.glob("model*")] == ["model.onnx"]
    assert trainer._model.training
    assert torch.equal(torch.get_rng_state(), state)
    evaluator = reference.ReferenceEvaluator(str(tmp_path / "model.onnx"))
    assert (evaluator.input_names, evaluator.output_names) == (["input"], ["logits"])
    wanted = torch.tensor(trainer.logits("test", range(5)))
    for count in (1, 5):
        (found,) = evaluator.run(None, {"input": images[:count].numpy()})
        torch.testing.assert_close(torch.from_numpy(found), wanted[:count], atol=1e-5, rtol=0)


@pytest.mark.parametrize("format", ["pth", "pth-with-optimizer", "safetensors"])
def test_an_export_can_be_imported(make_trainer: Any, tmp_path: Path, format: str) -> None:
    trainer = trained(make_trainer, SMALL_CNN)
    suffix = "safetensors" if format == "safetensors" else "pt"
    path = tmp_path / f"model.{suffix}"
    trainer.export(path, format)
    fresh = make_trainer(SMALL_CNN, seed=8)
    assert fresh.logits("test", [0]) != trainer.logits("test", [0])

    fresh.import_weights(path)

    assert fresh.logits("test", [0, 7]) == trainer.logits("test", [0, 7])


def test_beginning_with_a_checkpoints_weights(make_trainer: Any, tmp_path: Path) -> None:
    trainer = trained(make_trainer, SMALL_CNN, AdamOptions())
    trainer.save(tmp_path)
    fresh = make_trainer(SMALL_CNN, seed=8)
    state = torch.get_rng_state()

    fresh.load_weights(tmp_path)

    assert fresh.logits("test", [0, 7]) == trainer.logits("test", [0, 7])
    assert torch.equal(torch.get_rng_state(), state)
    assert not fresh._optimizer.state


def test_a_file_becomes_a_run_and_a_file_again(
    make_trainer: Any, registry: Any, tmp_path: Path
) -> None:
    said = {"model": {"name": "mlp", "hidden": [16]}, "dataset": {"name": "fashion-mnist"}}
    plan = check_plan(compose({}, {**said, "backend": {"name": "pytorch"}}, registry), registry)
    run, data_dir = create_run(tmp_path / "runs", plan), str(tmp_path / "data")
    given, target = tmp_path / "given.pth", tmp_path / "model.safetensors"
    trainer = make_trainer(MlpOptions(hidden=(16,)))
    trainer.export(given, "pth")

    run_task(ImportTask(run=str(run.path), data_dir=data_dir, file=str(given)))
    run_task(
        ExportTask(
            run=str(run.path),
            checkpoint="imported",
            data_dir=data_dir,
            format="safetensors",
            target=str(target),
        )
    )

    fresh = make_trainer(MlpOptions(hidden=(16,)), seed=8)
    fresh.import_weights(target)
    assert fresh.logits("test", [0]) == trainer.logits("test", [0])
