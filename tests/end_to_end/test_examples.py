"""The example plugins as strangers' packages: built, installed into a clean place, and trained."""

import json
import os
import re
import site
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ("workbench-sklearn", "workbench-spirals")
_QUIET = ("--quiet", "--disable-pip-version-check", "--no-deps", "--no-index")


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """An environment's Python in which the wheels of the examples are installed.

    It sees the workbench and the libraries that are installed here, so nothing is downloaded.
    """
    for library in ("hatchling", "sklearn", "torch"):
        pytest.importorskip(library, reason=f"{library} is not installed")
    folder = tmp_path_factory.mktemp("examples")
    build = [sys.executable, "-m", "pip", "wheel", *_QUIET, "--no-build-isolation"]
    projects = [str(ROOT / "examples" / name) for name in EXAMPLES]
    subprocess.run([*build, "--wheel-dir", folder / "wheels", *projects], check=True)
    venv.create(folder / "venv", with_pip=False)
    found = folder / "venv" / "bin" / "python"
    (own,) = (folder / "venv").glob("lib/python*/site-packages")
    seen = [path for path in site.getsitepackages() if Path(path).is_dir()]
    lines = [f"import site; site.addsitedir({path!r})\n" for path in [*seen, str(ROOT)]]
    own.joinpath("seen.pth").write_text("".join(lines))
    wheels = sorted((folder / "wheels").iterdir())
    assert [wheel.name.split("-")[0] for wheel in wheels] == [
        name.replace("-", "_") for name in EXAMPLES
    ]
    install = [sys.executable, "-m", "pip", "--python", found, "install", *_QUIET]
    subprocess.run([*install, *wheels], check=True)
    return found


@pytest.fixture
def workbench(python):
    """The command line of that environment, in an empty folder; its standard output."""

    def run(*arguments, code=0):
        done = subprocess.run(
            [python, "-m", "workbench", *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout if code == 0 else done.stderr

    return run


def accuracy(output):
    return float(re.findall(r"Accuracy: ([\d.]+)%", output)[-1])


def test_they_are_installed_plugins_like_any_other(workbench, python):
    plugins = {item["name"]: item for item in json.loads(workbench("plugins", "--json"))}
    assert plugins["sklearn"]["origin"] == "workbench-sklearn"
    assert plugins["spirals"]["state"] == plugins["sklearn"]["state"] == "loaded"
    where = "import workbench_sklearn as one, workbench_spirals as two; print(one, two)"
    shown = subprocess.run([python, "-c", where], capture_output=True, text=True, check=True)
    assert str(ROOT / "examples") not in shown.stdout


def test_nothing_but_the_public_api_is_imported():
    for path in (ROOT / "examples").rglob("workbench_*/*.py"):
        names = re.findall(r"^\s*(?:from|import) (workbench\S*)", path.read_text(), re.MULTILINE)
        assert set(names) <= {"workbench.api"}, path


def test_the_backend_passes_the_checks(workbench):
    lines = workbench("plugins", "check", "sklearn").splitlines()
    assert lines and all(line.startswith("ok ") for line in lines)


def test_a_third_framework_trains_and_is_used(workbench):
    arguments = ("--backend", "sklearn", "--optimizer", "sklearn-adam", "--set", "model.hidden=32")
    lines = workbench("train", *arguments, "--epochs", 2, "--name", "one")
    assert lines.startswith("Epoch 0\n" + "-" * 31 + "\nloss: ") and lines.endswith("Done!\n")
    assert accuracy(lines) > 70  # of the sample of FashionMNIST
    workbench("checkpoints", "export", "one", "one.npz")
    assert Path("one.npz").stat().st_size > 1000
    tensors = workbench("tensors", "one")
    assert {"inputs", "loss", "0.weight", "first.0"} <= {
        line.split()[0] for line in tensors.splitlines()
    }
    refused = workbench("train", "--backend", "sklearn", "--device", "cuda:0", code=2)
    assert "scikit-learn trains on the CPU only, not on cuda:0." in refused


def test_a_dataset_with_its_model_trains_on_two_frameworks(workbench):
    lines = workbench(
        "train", "--dataset", "spirals", "--model", "waves", "--optimizer", "adam", "--epochs", 6,
        "--set", "dataset.noise=0.05", "--set", "model.waves=2", "--set", "data.shuffle=true",
    )  # fmt: skip
    assert accuracy(lines) > 90
    lines = workbench("train", "--dataset", "spirals", "--backend", "sklearn", "--epochs", 3)
    assert accuracy(lines) > 40  # chance is 33
    refused = workbench("train", "--model", "waves", code=2)
    assert "it takes vectors, such as the points of spirals, and no images" in refused
