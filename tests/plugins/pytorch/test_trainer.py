"""Evaluating, predicting, options and refusals of the trainer."""

import functools
from typing import Any

import pytest

np = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")
pytestmark = pytest.mark.pytorch

from workbench.api import ArraySplit, DatasetInfo, UserError  # noqa: E402
from workbench_pytorch.backend_specs import PytorchOptions  # noqa: E402
from workbench_pytorch.devices import choose_device  # noqa: E402
from workbench_pytorch.model_specs import CnnOptions, MlpOptions  # noqa: E402

SMALL_CNN = CnnOptions(channels=(4,), hidden=8, dropout=0.5)


def test_evaluate_counts_and_averages(make_trainer: Any, splits: Any) -> None:
    trainer = make_trainer()
    logits = torch.tensor(trainer.logits("test", range(130)))
    labels = torch.from_numpy(splits["test"].labels)

    result = trainer.evaluate("test")

    assert result.size == 130
    assert result.correct == int((logits.argmax(1) == labels).sum())
    parts = zip(logits.split(32), labels.split(32), strict=True)
    means = [torch.nn.functional.cross_entropy(*part).item() for part in parts]
    assert result.loss == pytest.approx(sum(means) / 5)


def test_evaluating_draws_nothing(make_trainer: Any) -> None:
    class Noisy(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linear = torch.nn.Linear(28 * 28, 10)

        def forward(self, x: Any) -> Any:
            return self.linear(torch.nn.functional.dropout(x.flatten(1), training=True))

    trainer = make_trainer(build_model=Noisy)
    before = torch.get_rng_state()

    trainer.evaluate("test")
    trainer.logits("train", [0, 1])
    trainer.summary()

    assert torch.equal(torch.get_rng_state(), before)


def test_dropout_is_off_unless_training(make_trainer: Any) -> None:
    trainer = make_trainer(SMALL_CNN)
    trainer.start_epoch(0)
    trainer.train(range(2), [1e-3] * 2)

    assert trainer.evaluate("test") == trainer.evaluate("test")
    assert trainer.logits("test", [4]) == trainer.logits("test", [4])


def test_logits_of_an_array(make_trainer: Any, splits: Any) -> None:
    trainer = make_trainer()

    logits = trainer.logits_of(splits["test"].inputs[:40])

    assert len(logits) == 40
    assert len(logits[0]) == 10
    assert logits == trainer.logits("test", range(40))
    assert trainer.logits("test", []) == []


def test_training_learns(make_trainer: Any, run_ours: Any) -> None:
    trainer = make_trainer(shuffle=True)
    before = trainer.evaluate("test")

    run_ours(trainer, epochs=12, lr=0.1)

    assert trainer.evaluate("test").correct > before.correct + 30
    assert trainer.evaluate("train").size == 300


def test_a_vector_dataset(make_trainer: Any) -> None:
    inputs = np.random.default_rng(0).normal(size=(40, 6))
    split = ArraySplit(inputs, np.arange(40) % 2)
    info = DatasetInfo("toy", "vector", (6,), "float64", ("no", "yes"), {"train": 40, "test": 40})
    trainer = make_trainer(dataset=info, splits={"train": split, "test": split})

    trainer.start_epoch(0)
    losses = trainer.train(range(2), [0.1, 0.1])

    assert all(np.isfinite(losses))
    assert np.shape(trainer.logits("test", [0, 1, 2])) == (3, 2)


def test_a_colour_dataset(make_trainer: Any) -> None:
    inputs = np.random.default_rng(0).integers(0, 256, (40, 16, 12, 3)).astype(np.uint8)
    split = ArraySplit(inputs, np.arange(40) % 2)
    info = DatasetInfo("rgb", "image", (16, 12, 3), "uint8", ("a", "b"), {"train": 40, "test": 40})
    trainer = make_trainer(SMALL_CNN, dataset=info, splits={"train": split, "test": split})

    trainer.start_epoch(0)
    assert all(np.isfinite(trainer.train(range(2), [0.1, 0.1])))
    assert trainer.summary().layers[0].output_shape == (4, 16, 12)


@pytest.mark.parametrize(
    "options",
    [
        PytorchOptions(channels_last=True),
        PytorchOptions(tf32=True),
        PytorchOptions(precision="bf16"),
        PytorchOptions(precision="fp16"),
    ],
    ids=["channels-last", "tf32", "bf16", "fp16"],
)
def test_options_train_about_the_same(make_trainer: Any, run_ours: Any, options: Any) -> None:
    wanted = torch.get_float32_matmul_precision()
    plain = run_ours(make_trainer(SMALL_CNN), epochs=1)

    ours = run_ours(make_trainer(SMALL_CNN, options=options), epochs=1)
    torch.set_float32_matmul_precision(wanted)

    assert ours.losses[0] == pytest.approx(plain.losses[0], rel=2e-2)
    assert ours.tests[0][0] == pytest.approx(plain.tests[0][0], rel=2e-2)


def test_half_precision_is_used(make_trainer: Any) -> None:
    trainer = make_trainer(options=PytorchOptions(precision="bf16"))
    exact = make_trainer()

    assert trainer.logits("test", [0]) != exact.logits("test", [0])
    assert trainer._model.linear_relu_stack[0].weight.dtype == torch.float32


def test_threads(make_trainer: Any) -> None:
    make_trainer(options=PytorchOptions(threads=2))

    assert torch.get_num_threads() == 2


def test_a_compiled_model(make_trainer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # The model is traced as ever, but without a C++ compiler, which alone takes many seconds.
    compiled = functools.partial(torch.compile, backend="aot_eager")
    monkeypatch.setattr(torch, "compile", compiled)
    torch._dynamo.reset()
    model, options = MlpOptions(hidden=(3,)), PytorchOptions(compile=True)
    plain, trainer = make_trainer(model), make_trainer(model, options=options)

    # Some items alone are not worth the time that compiling takes.
    assert trainer.logits("test", [0, 1]) == plain.logits("test", [0, 1])
    assert not torch._dynamo.utils.counters["frames"]
    for each in (plain, trainer):
        each.start_epoch(0)
    wanted = pytest.approx(plain.train(range(3), [1e-2] * 3), rel=1e-4)
    assert trainer.train(range(3), [1e-2] * 3) == wanted
    assert torch._dynamo.utils.counters["frames"]["ok"] == 1
    assert trainer.evaluate("test").loss == pytest.approx(plain.evaluate("test").loss, rel=1e-4)
    assert next(iter(trainer._model.state_dict())) == "linear_relu_stack.0.weight"


def test_a_machine_that_cannot_compile(make_trainer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch._inductor.config

    torch._dynamo.reset()
    monkeypatch.setattr(torch._inductor.config.cpp, "cxx", (None, "/nonexistent/c++"))
    trainer = make_trainer(MlpOptions(hidden=(3,)), options=PytorchOptions(compile=True))
    trainer.start_epoch(0)

    with pytest.raises(UserError, match=r"set backend\.compile to false"):
        trainer.train(range(1), [1e-3])


def test_a_batch_larger_than_the_split(make_trainer: Any) -> None:
    with pytest.raises(UserError, match="make no batch of 512"):
        make_trainer(batch_size=512, drop_last=True)

    assert make_trainer(batch_size=512).steps_per_epoch == 1


def test_unknown_splits_and_items(make_trainer: Any) -> None:
    trainer = make_trainer()

    with pytest.raises(UserError, match='no split "validation"; there are train, test'):
        trainer.evaluate("validation")
    with pytest.raises(UserError, match="no item 130 in test; it has 0 to 129"):
        trainer.logits("test", [0, 130])
    with pytest.raises(UserError, match=r"shape \(4, 4\), but the model takes \(28, 28\)"):
        trainer.logits_of(np.zeros((1, 4, 4), np.uint8))
    with pytest.raises(
        UserError, match='no loss "hinge" for multiclass; choose cross-entropy or mse'
    ):
        make_trainer(loss="hinge")


def test_devices(make_trainer: Any) -> None:
    assert make_trainer(device="cpu").device == "cpu"
    for name in ("cuda:99", "tpu", "cuda:x"):
        with pytest.raises(UserError, match=rf'"{name}" is not there; this machine has .*cpu'):
            choose_device(name)
    best = choose_device("auto")
    has_gpu = torch.cuda.is_available() or torch.backends.mps.is_available()
    assert (best.type == "cpu") is not has_gpu


def test_cuda_graphs_need_a_compiled_model(make_trainer: Any) -> None:
    with pytest.raises(UserError, match=r"set backend\.compile to true"):
        make_trainer(options=PytorchOptions(cuda_graphs=True))


def test_a_plan_with_cuda_graphs_trains_without_a_cuda_device(
    make_trainer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes = []

    def as_it_is(model: Any, mode: str | None) -> Any:
        modes.append(mode)
        return model

    monkeypatch.setattr(torch, "compile", as_it_is)
    trainer = make_trainer(options=PytorchOptions(compile=True, cuda_graphs=True), device="cpu")
    trainer.start_epoch(0)
    assert len(trainer.train(range(1), [0.1])) == 1
    assert modes == [None]


def test_channels_last_is_used_by_model_and_inputs(make_trainer: Any) -> None:
    wide = CnnOptions(channels=(4, 4), hidden=8)
    trainer = make_trainer(wide, options=PytorchOptions(channels_last=True))
    weights = [item for item in trainer._model.parameters() if item.dim() == 4][1]
    assert weights.is_contiguous(memory_format=torch.channels_last)
    assert trainer._format.is_channels_last


NEEDS_CUDA = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")


@NEEDS_CUDA
@pytest.mark.parametrize("precision", ["float32", "bf16", "fp16"])
def test_the_data_is_on_the_device_and_no_batch_waits_for_it(
    make_trainer: Any, monkeypatch: pytest.MonkeyPatch, precision: str
) -> None:
    trainer = make_trainer(device="cuda", options=PytorchOptions(precision=precision))
    trainer.start_epoch(0)
    trainer.train(range(2), [0.1] * 2)
    inputs, _ = next(trainer._data.training.read(range(1)))
    assert inputs.is_cuda
    assert inputs._is_view()  # a slice of what is there, not a copy
    monkeypatch.setattr("workbench_pytorch.trainer._read", lambda losses: [0.0] * len(losses))
    torch.cuda.set_sync_debug_mode("error")
    try:
        trainer.train(range(2, 4), [0.1] * 2)
    finally:
        torch.cuda.set_sync_debug_mode("default")


@NEEDS_CUDA
@pytest.mark.parametrize(
    "options",
    [
        PytorchOptions(precision="bf16"),
        PytorchOptions(precision="fp16"),
        PytorchOptions(tf32=True),
        PytorchOptions(channels_last=True),
        PytorchOptions(compile=True),
        PytorchOptions(compile=True, cuda_graphs=True),
    ],
    ids=["bf16", "fp16", "tf32", "channels-last", "compile", "cuda-graphs"],
)
def test_cuda_options_train_about_the_same(
    make_trainer: Any, run_ours: Any, options: PytorchOptions
) -> None:
    model = CnnOptions(channels=(4,), hidden=8, dropout=0.0)
    plain = run_ours(make_trainer(model, device="cuda"))
    ours = run_ours(make_trainer(model, device="cuda", options=options))
    for mine, wanted in zip(ours.losses, plain.losses, strict=True):
        assert mine == pytest.approx(wanted, abs=0.1)


@NEEDS_CUDA
def test_cuda_trains_as_the_cpu(make_trainer: Any, run_ours: Any) -> None:
    on_cpu = run_ours(make_trainer(shuffle=True))

    trainer = make_trainer(shuffle=True, device="auto")
    on_cuda = run_ours(trainer)

    assert trainer.device == "cuda:0"
    for ours, wanted in zip(on_cuda.losses, on_cpu.losses, strict=True):
        assert ours == pytest.approx(wanted, rel=1e-3)


@pytest.mark.parametrize("loss", ["cross-entropy", "mse"])
def test_the_loss_of_each_item_is_the_plans(make_trainer: Any, splits: Any, loss: str) -> None:
    trainer = make_trainer(loss=loss)
    labels = splits["test"].labels[:32].tolist()
    logits = trainer.logits("test", range(32))
    wanted = []
    for row, label in zip(torch.tensor(logits), labels, strict=True):
        if loss == "mse":
            one_hot = torch.eye(10)[label]
            wanted.append(torch.nn.functional.mse_loss(row, one_hot).item())
        else:
            wanted.append(torch.nn.functional.cross_entropy(row, torch.tensor(label)).item())

    assert trainer.item_losses(logits, labels) == pytest.approx(wanted, rel=1e-6)
    assert trainer.item_losses([], []) == []


def test_what_is_no_model_or_optimizer_is_refused_in_a_sentence(make_trainer: Any) -> None:
    with pytest.raises(UserError, match=r"gave NoneType; return a torch\.nn\.Module from it"):
        make_trainer(build_model=lambda: None)
    with pytest.raises(UserError, match=r"gave dict; return a torch\.optim\.Optimizer from it"):
        make_trainer(build_optimizer=lambda parameters: {})
