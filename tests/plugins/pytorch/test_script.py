"""A plan written out as a program trains without the workbench and prints the same lines."""

import gzip
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import workbench_pytorch
from workbench.api import UserError
from workbench.core.plan import check_plan, compose, plan_document
from workbench.core.runs import create_run, launch_worker
from workbench.core.tasks import ScriptTask, run_task
from workbench_pytorch.script.writing import write_script

pytestmark = pytest.mark.pytorch


@pytest.fixture
def make_plan(registry: Any) -> Any:
    said = {"backend": {"name": "pytorch"}, "dataset": {"name": "fashion-mnist"}}

    def make(**changes: Any) -> Any:
        document = compose(compose({}, said, registry), changes, registry)
        return check_plan(document, registry)

    return make


@pytest.fixture
def script_of(make_plan: Any, registry: Any) -> Any:
    def write(**changes: Any) -> str:
        document = plan_document(make_plan(**changes))
        return write_script(document, registry.dataset(document["dataset"]["name"]).info)

    return write


@pytest.fixture(scope="module")
def sample_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded sample as torchvision keeps the full dataset."""
    root = tmp_path_factory.mktemp("sample")
    raw = root / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    packed = Path(workbench_pytorch.__file__).parent / "samples" / "fashion-mnist"
    for path in packed.glob("*.gz"):
        (raw / path.stem).write_bytes(gzip.decompress(path.read_bytes()))
    return root


MLP = {"epochs": 1, "seed": 3, "log_every": 20, "optimizer": {"name": "sgd", "momentum": 0.5}}
ONE_THREAD = {"threads": 1}  # the run and the program train beside each other
CNN = {
    "epochs": 2,
    "seed": 5,
    "log_every": 7,
    "model": {"name": "cnn", "channels": [4, 6], "hidden": 12, "dropout": 0.4},
    "optimizer": {"name": "adam", "lr": 2e-3},
    "data": {"batch_size": 200, "shuffle": True, "drop_last": True},
    "schedule": {"name": "cosine", "warmup_steps": 9},
}


@pytest.mark.parametrize("changes", [MLP, CNN], ids=["mlp", "cnn"])
def test_it_prints_the_lines_of_the_run(
    make_plan: Any, sample_root: Path, tmp_path: Path, changes: dict[str, Any]
) -> None:
    run = create_run(tmp_path / "runs", make_plan(device="cpu", backend=ONE_THREAD, **changes))
    program = tmp_path / "program.py"
    program.write_text(run_task(ScriptTask(run=str(run.path))).text)  # type: ignore[union-attr]

    worker = launch_worker(run, tmp_path / "data")
    plain = subprocess.run(
        [sys.executable, str(program), "--data", str(sample_root)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert worker.wait(120) == 0
    assert plain.stdout == run.log.read_text(), plain.stderr
    assert plain.stdout.count("loss: ") > 5
    assert "workbench" not in program.read_text()


VARIANTS: list[dict[str, Any]] = [
    {},
    {"dataset": {"name": "mnist"}, "model": {"name": "mlp", "hidden": []}},
    {
        "model": {"name": "cnn", "channels": []},
        "optimizer": {"name": "adamw", "beta1": 0.8, "amsgrad": True},
        "loss": "mse",
        "patience": 2,
        "checkpoint": {"keep_best": "loss"},
        "schedule": {"name": "one-cycle"},
        "device": "cuda:1",
        "data": {"workers": 2, "shuffle": True, "drop_last": True},
        "backend": {"threads": 3, "tf32": True},
    },
    {"schedule": {"name": "step", "warmup_steps": 3}, "patience": 1},
]


@pytest.mark.parametrize("changes", VARIANTS)
def test_each_choice_is_written_as_code(script_of: Any, changes: dict[str, Any]) -> None:
    code = script_of(**changes)

    compile(code, "script.py", "exec")
    assert max(map(len, code.splitlines())) <= 100
    used = {
        "momentum": False,
        "torch.optim.AdamW(": "optimizer" in changes,
        "betas=(0.8, 0.999)": "optimizer" in changes,
        "OneHotMSELoss()": "loss" in changes,
        "schedule_factor(": "schedule" in changes,
        "import math": changes.get("schedule", {}).get("name") == "one-cycle",
        "epochs_since_best >= patience": "patience" in changes,
        "torch.set_num_threads(3)": "backend" in changes,
        "datasets.MNIST(": "dataset" in changes,
        "num_workers=2": "data" in changes,
        'torch.device("cuda:1")': "device" in changes,
    }
    assert {name: name in code for name in used} == used


def test_early_stopping_ends_the_same_epoch(
    script_of: Any, sample_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = script_of(patience=2, epochs=9)
    scores = iter([0.5, 0.6, 0.6, 0.4, 0.9])
    program: dict[str, Any] = {"__name__": "program"}
    exec(code, program)
    program["train"] = lambda *arguments: None
    program["test"] = lambda *arguments: (next(scores), 0.0)

    arguments = sys.argv
    sys.argv = ["program", "--data", str(sample_root)]
    try:
        program["main"]()
    finally:
        sys.argv = arguments

    assert capsys.readouterr().out.count("Epoch ") == 4


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"backend": {"precision": "bf16"}}, r"backend\.precision other than float32"),
        ({"backend": {"compile": True}}, r"backend\.compile other than false"),
        ({"start_from": "somewhere"}, "begins with another's weights"),
        ({"dataset": {"name": "toy"}}, 'with the dataset "toy"'),
    ],
)
def test_a_plan_that_cannot_be_written_out(
    script_of: Any, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(UserError, match=reason):
        script_of(**changes)


def test_a_dataset_of_another_task_is_refused(script_of: Any) -> None:
    for dataset, loss in (("toy-moons", "bce"), ("toy-waves", "mse")):
        with pytest.raises(UserError, match=f'with the dataset "{dataset}"'):
            script_of(dataset={"name": dataset}, loss=loss)


def test_parts_of_other_plugins_are_refused(make_plan: Any, registry: Any) -> None:
    document = plan_document(make_plan())
    info = registry.dataset("fashion-mnist").info
    for kind in ("model", "optimizer"):
        for name in ("theirs", "theirs:mlp", "theirs:sgd"):
            theirs = {**document, kind: {**document[kind], "name": name}}
            with pytest.raises(UserError, match=f'with the {kind} "{name}"'):
                write_script(theirs, info)
