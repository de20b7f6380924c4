import tomllib
from pathlib import Path

import pytest

from workbench.core.plugins import load_plugins
from workbench.core.scaffold import KINDS, write_plugin
from workbench.core.scaffold.writing import render_plugin


def trained(workbench, package, *arguments):
    result = workbench("--plugin", package, "train", "--epochs", "1", *arguments)
    assert result.stdout.endswith("Done!\n")
    return result


@pytest.mark.parametrize("kind", KINDS)
def test_what_it_writes_is_python_with_an_entry_point(kind):
    files = render_plugin("wide-net", kind)
    for path, text in files.items():
        if path.endswith(".py"):
            compile(text, path, "exec")
        assert "$" not in text and text.endswith("\n")
    project = tomllib.loads(files["pyproject.toml"])["project"]
    assert project["entry-points"]["workbench"] == {"wide-net": "wide_net"}
    assert "workbench plugins show wide-net\n    workbench train --" in files["README.md"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_it_writes_loads_and_offers_its_kind(kind, tmp_path):
    written = write_plugin("wide-net", kind, tmp_path)
    registry = load_plugins([written.package])
    (record,) = [item for item in registry.plugins if item.name == "wide-net"]
    assert (record.state, record.error) == ("loaded", "")
    kinds = {item.kind for item in record.contributions}
    wanted = {
        "backend": {"backend", "model", "optimizer"},
        "all": {"dataset", "backend", "model", "optimizer"},
    }
    assert kinds == wanted.get(kind, {kind})


def test_a_new_dataset_trains(workbench):
    workbench("plugins", "new", "stripes", "--kind", "dataset")
    trained(workbench, "stripes/stripes", "--dataset", "stripes")


def test_a_new_follower_follows_a_run(workbench):
    workbench("plugins", "new", "my-diary", "--kind", "follower")
    workbench("plugins", "new", "mine", "--kind", "all")
    workbench(
        "--plugin", "mine/mine", "--plugin", "my-diary/my_diary", "train", "--dataset", "mine",
        "--backend", "mine", "--epochs", "1", "--set", "followers.my-diary.on=true",
    )  # fmt: skip
    (diary,) = Path().rglob("my-diary.txt")
    assert diary.read_text().startswith("Epoch 0: loss ")


@pytest.mark.parametrize("kind", ["backend", "all"])
def test_a_new_backend_trains(workbench, kind):
    workbench("plugins", "new", "mine", "--kind", kind)
    dataset = ["--dataset", "mine"] if kind == "all" else []
    result = trained(workbench, "mine/mine", "--backend", "mine", *dataset)
    assert "mine-softmax · mine-descent · mine" in result.stderr


@pytest.mark.pytorch
@pytest.mark.parametrize("kind", ["model", "optimizer"])
def test_a_new_part_for_pytorch_trains(workbench, kind):
    pytest.importorskip("torch")
    workbench("plugins", "new", "mine", "--kind", kind)
    trained(workbench, "mine/mine", "--dataset", "toy", f"--{kind}", "mine")


def test_it_says_what_to_do_next(workbench):
    result = workbench("plugins", "new", "my-net", "--into", "made")
    assert result.stdout == "made/my-net\n"
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == [
        "Check it", "Train it", "Install it",
    ]  # fmt: skip
    assert "workbench --plugin made/my-net/my_net train --model my-net" in result.stderr


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("My Net", "\"My Net\" can't be a plugin's name; use small letters, digits and dashes"),
        ("../x", "\"../x\" can't be a plugin's name"),
        ("json", '"json" is a Python module already; choose another name.'),
        ("class", '"class" is a Python module already; choose another name.'),
        ("workbench-pytorch", '"workbench_pytorch" is a Python module already'),
        ("pytorch", 'There is a plugin "pytorch" already; choose another name.'),
        ("taken", "taken is there already; choose another name or --into a folder."),
    ],
)
def test_a_name_that_will_not_do(refused, name, sentence):
    Path("taken").mkdir()
    assert refused("plugins", "new", name).startswith(sentence)
    assert list(Path("taken").iterdir()) == []


@pytest.mark.pytorch
def test_a_new_model_predicts_several_values_too(workbench):
    torch = pytest.importorskip("torch")
    workbench("plugins", "new", "my-net", "--kind", "model")
    Path("rows.csv").write_text("a,b,c\n" + "1,2,3\n2,3,4\n3,5,6\n" * 5)
    plan = ["--dataset", "table", "--set", "dataset.path=rows.csv", "--set", "dataset.target=b,c"]
    task = ["--set", "dataset.task=regression", "--set", "model.width=4", "--device", "cpu"]
    trained(workbench, "my-net/my_net", "--model", "my-net", "--backend", "pytorch", *plan, *task)
    workbench("checkpoints", "export", "latest", "my-net.pth")
    weights = torch.load("my-net.pth", weights_only=True)
    assert list(weights.values())[-1].shape == (2,)
