"""A plan written out as a program trains without the workbench and prints the same lines."""

import gzip
import re
import subprocess
import sys
from pathlib import Path

import pytest

import workbench_keras
from workbench.api import UserError
from workbench.api.events import log_lines
from workbench.core.plan import check_plan, compose, plan_document
from workbench.core.runs import create_run, launch_worker, read_events
from workbench.core.tasks import ScriptTask, run_task
from workbench_keras.script.writing import write_script

pytestmark = pytest.mark.keras


@pytest.fixture
def make_plan(registry):
    said = {"backend": {"name": "keras"}, "dataset": {"name": "mnist"}}

    def make(**changes):
        document = compose(compose({}, said, registry), changes, registry)
        return check_plan(document, registry)

    return make


@pytest.fixture
def script_of(make_plan, registry):
    def write(**changes):
        document = plan_document(make_plan(**changes))
        return write_script(document, registry.dataset(document["dataset"]["name"]).info)

    return write


def lay_out_sample(root):
    """The embedded sample as torchvision keeps the full dataset."""
    raw = root / "MNIST" / "raw"
    raw.mkdir(parents=True)
    packed = Path(workbench_keras.__file__).parent / "samples" / "mnist"
    for path in packed.glob("*.gz"):
        (raw / path.stem).write_bytes(gzip.decompress(path.read_bytes()))


SHUFFLED = {
    "epochs": 2,
    "seed": 5,
    "log_every": 7,
    "data": {"batch_size": 200, "shuffle": True, "drop_last": True},
    "schedule": {"name": "cosine", "warmup_steps": 9},
    "backend": {"threads": 1},  # the run and the program train beside each other
}


def test_it_prints_the_lines_of_the_run(keras_process, make_plan, tmp_path):
    lay_out_sample(tmp_path / "sample")
    run = create_run(tmp_path / "runs", make_plan(device="cpu", **SHUFFLED))
    program = tmp_path / "program.py"
    program.write_text(run_task(ScriptTask(run=str(run.path))).text)

    worker = launch_worker(run, tmp_path / "data")
    plain = subprocess.run(
        [sys.executable, str(program), "--data", str(tmp_path / "sample")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert worker.wait(120) == 0
    lines = [line for event in read_events(run) for line in log_lines(event)]
    printed = plain.stdout.splitlines()
    number = re.compile(r"\d+\.\d+")
    assert [number.sub("#", line) for line in printed] == [number.sub("#", line) for line in lines]
    # Here they are the same to the last digit; elsewhere a loop inside the graph and one
    # outside of it may be fused into other kernels, which round otherwise.
    found = [float(value) for value in number.findall(plain.stdout)]
    wanted = [float(value) for value in number.findall("\n".join(lines))]
    assert found == pytest.approx(wanted, abs=1e-4), plain.stderr
    assert len(found) > 10
    assert "workbench" not in program.read_text()


VARIANTS = [
    {},
    {
        "dataset": {"name": "fashion-mnist"},
        "loss": "mse",
        "patience": 2,
        "checkpoint": {"keep_best": "loss"},
        "schedule": {"name": "one-cycle"},
        "device": "cuda:1",
        "data": {"workers": 2, "shuffle": False, "drop_last": True},
        "backend": {"threads": 3},
    },
    {"schedule": {"name": "step", "warmup_steps": 3}, "patience": 1, "device": "cpu"},
]


@pytest.mark.parametrize("changes", VARIANTS)
def test_each_choice_is_written_as_code(script_of, changes):
    code = script_of(**changes)
    compile(code, "script.py", "exec")
    assert max(map(len, code.splitlines())) <= 100
    used = {
        "datasets.mnist.load_data()": "dataset" not in changes,
        "datasets.fashion_mnist.load_data()": "dataset" in changes,
        "mnist.npz": "dataset" not in changes,
        "squared_error(tf.one_hot(y, 10), pred)": "loss" in changes,
        "schedule_factor(": "schedule" in changes,
        "import math": changes.get("schedule", {}).get("name") == "one-cycle",
        "epochs_since_best >= patience": "patience" in changes,
        "test_loss < best": "checkpoint" in changes,
        "threads(3)": "backend" in changes,
        "permutation(size)": "data" not in changes,
        '("GPU")[1:2], "GPU")': changes.get("device") == "cuda:1",
        'visible_devices([], "GPU")': changes.get("device") == "cpu",
        "[:1]": "device" not in changes,
    }
    assert {name: name in code for name in used} == used


@pytest.mark.parametrize(
    ("model", "options"),
    [
        ("dense", {"units": (9, 7), "dropout": 0.3}),
        ("dense", {"units": (), "dropout": 0.0}),
        ("cnn", {"filters": (3, 4), "units": 6}),
        ("cnn", {"filters": (), "units": 6, "dropout": 0.0}),
    ],
)
def test_the_model_is_the_same_from_the_seed_on(lab, model, options):
    from workbench_keras.model_specs import CnnOptions, DenseOptions
    from workbench_keras.script.choices import model_code

    context = lab.make_context(model=model, model_options=options)
    trainer = lab.create_trainer(context)
    declared = {"dense": DenseOptions, "cnn": CnnOptions}[model](**options)
    program = {"tf": lab.tf}
    lab.keras.utils.set_random_seed(context.seed)
    exec(model_code({"name": model, **vars(declared)}, context.dataset), program)
    ours, written = trainer.model, program["model"]
    for found, wanted in zip(written.get_weights(), ours.get_weights(), strict=True):
        assert found.tolist() == wanted.tolist()
    inputs = context.splits["test"].inputs / 255.0
    for is_training in (False, True):  # with the same items dropped
        found = written(inputs, training=is_training)
        assert found.numpy().tolist() == ours(inputs, training=is_training).numpy().tolist()


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("adam", {}),
        ("adam", {"beta_1": 0.8, "amsgrad": True, "epsilon": 1e-5, "weight_decay": 0.1}),
        ("adamw", {"weight_decay": 0.1}),
        ("sgd", {"momentum": 0.9, "nesterov": True}),
        ("rmsprop", {"rho": 0.8, "centered": True}),
    ],
)
def test_the_optimizer_has_the_same_settings(lab, name, options):
    from workbench_keras.script.choices import optimizer_call

    trainer = lab.make_trainer(optimizer=name, optimizer_options={"lr": 0.25, **options})
    call = optimizer_call({"name": name, "lr": 0.25, **options})
    found = eval(call, {"tf": lab.tf, "learning_rate": 0.25}).get_config()
    wanted = trainer.optimizer.get_config()
    assert {**found, "name": ""} == {**wanted, "name": ""}


def test_mnist_npz_is_read_as_it_is(script_of, tmp_path):
    np = pytest.importorskip("numpy")
    arrays = {
        "x_train": np.arange(8, dtype=np.uint8).reshape(2, 2, 2),
        "y_train": np.array([3, 4], np.uint8),
        "x_test": np.zeros((1, 2, 2), np.uint8),
        "y_test": np.array([9], np.uint8),
    }
    np.savez(tmp_path / "mnist.npz", **arrays)
    (tmp_path / "idx").mkdir()
    lay_out_sample(tmp_path / "idx")
    program = {"np": np, "Path": Path, "tf": None}
    code = script_of()
    exec(code[code.index("def load_data") : code.index("parser =")], program)

    (x_train, y_train), (x_test, y_test) = program["load_data"](tmp_path)
    found = {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
    assert all(found[name].tolist() == arrays[name].tolist() for name in arrays)

    (x_train, y_train), (x_test, y_test) = program["load_data"](tmp_path / "idx")
    assert (x_train.shape, x_test.shape) == ((6000, 28, 28), (1000, 28, 28))
    assert (y_train[:5].tolist(), y_test[:3].tolist()) == ([5, 0, 4, 1, 9], [7, 2, 1])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"backend": {"precision": "mixed_bfloat16"}}, r"backend\.precision other than float32"),
        ({"backend": {"jit_compile": True}}, r"backend\.jit_compile other than false"),
        ({"start_from": "somewhere"}, "begins with another's weights"),
        ({"dataset": {"name": "toy"}}, 'with the dataset "toy"'),
    ],
)
def test_a_plan_that_cannot_be_written_out(script_of, changes, reason):
    with pytest.raises(UserError, match=reason):
        script_of(**changes)


def test_parts_of_other_plugins_are_refused(make_plan, registry):
    document = plan_document(make_plan())
    info = registry.dataset("mnist").info
    for kind in ("model", "optimizer"):
        for name in ("theirs", "theirs:dense", "theirs:adam"):
            theirs = {**document, kind: {**document[kind], "name": name}}
            with pytest.raises(UserError, match=f'with the {kind} "{name}"'):
                write_script(theirs, info)
