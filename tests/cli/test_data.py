import json
import sys

import pytest
from click.testing import CliRunner

from workbench.cli.main import cli
from workbench.cli.pictures import draw, draw_row, terminal_colors
from workbench.core.data import idx
from workbench.core.images import Image


@pytest.fixture
def run(tmp_path):
    def invoke(*arguments, code=0):
        result = CliRunner().invoke(cli, ["data", *arguments, "--data-dir", str(tmp_path / "d")])
        assert result.exit_code == code, result.output
        return result

    return invoke


def told(line):
    """The words of a row, whatever the widths of its columns."""
    return " ".join(line.split())


def test_list_says_what_a_run_would_train_on(run):
    lines = run("list").stdout.splitlines()
    assert lines[0].split() == ["NAME", "KIND", "SHAPE", "CLASSES", "TRAIN", "TEST", "DATA"]
    (mnist,) = [line for line in lines if line.startswith("mnist ")]
    assert "60,000 10,000 sample only; `workbench data fetch mnist` gets all" in told(mnist)
    (toy,) = [line for line in lines if line.startswith("toy ")]
    assert toy.endswith("full (made by its plugin)")
    (table,) = [line for line in lines if line.startswith("table ")]
    assert table.endswith("your own files; say where with --set dataset.path=PATH")
    (kmnist,) = [line for line in lines if line.startswith("kmnist ")]
    assert kmnist.endswith("missing; `workbench data fetch kmnist` gets it")


def test_list_as_json(run):
    found = {item["name"]: item for item in json.loads(run("list", "--json").stdout)}
    assert found["fashion-mnist"]["state"] == "sample"
    assert found["fashion-mnist"]["classes"][9] == "Ankle boot"
    assert found["fashion-mnist"]["sizes"] == {"train": 60000, "test": 10000}
    assert found["toy"]["shape"] == [2]


def test_show_a_sample_with_pictures(run):
    output = run("show", "fashion-mnist").stdout
    assert "image 28x28 uint8" in output
    assert "train     6,000 items, values 0 to 255" in output
    assert "SAMPLE of the full 60,000 + 10,000" in output
    assert "Ankle boot   602    95" in output
    assert "█" in output
    assert "\x1b" not in output
    assert output.splitlines()[-1].split("  ")[0] == "Ankle boot"


def test_show_as_json(run):
    found = json.loads(run("show", "toy", "--json").stdout)
    assert (found["is_sample"], found["splits"][0]["counts"]) == (False, [3, 2])
    assert found["items"][0]["values"] == pytest.approx([-1.2, 3.1])


def test_an_unknown_dataset_and_one_without_files(run):
    assert 'Did you mean "mnist"' in run("show", "mnits", code=2).stderr
    assert "made by its plugin" in run("fetch", "toy", code=2).stderr
    assert "table is your own files; say where" in run("fetch", "table", code=2).stderr
    assert "made by its plugin" in run("import", "toy", ".", code=2).stderr


def test_a_fetch_offline_says_why_and_what_to_do(run):
    stderr = run("fetch", "mnist", code=2).stderr
    assert "official download: not tried, WORKBENCH_OFFLINE is set" in stderr
    assert stderr.splitlines()[-1].endswith("`workbench data import mnist DIR`.")


def test_an_import_of_a_folder_without_the_files(run, tmp_path):
    assert "has none of the files of mnist" in run("import", "mnist", str(tmp_path), code=2).stderr


def test_a_wrong_file_in_the_data_folder(run, tmp_path):
    raw = tmp_path / "d" / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        (raw / f"{name}-ubyte").write_bytes(idx.header(0, ()))
    stderr = run("show", "mnist", code=2).stderr
    assert f"{raw / 'train-images-idx3-ubyte'} has items of one value, not of 28x28" in stderr
    assert "full, not yet verified" in run("list").stdout


def test_a_plugins_text_carries_no_escapes_onto_the_terminal(tmp_path):
    plugin = tmp_path / "evil.py"
    plugin.write_text(
        "from workbench.api import ArraySplit, DatasetSpec, hookimpl\n"
        "import numpy as np\n"
        "def load(options):\n"
        "    split = ArraySplit(np.zeros((1, 2, 2), np.uint8), np.array([0]))\n"
        "    return {'train': split, 'test': split}\n"
        "@hookimpl\n"
        "def workbench_datasets():\n"
        "    return [DatasetSpec(name='evil', title='\\x1b[2Jtitle', description='\\x9b1m',\n"
        "        kind='image', shape=(2, 2), dtype='uint8', classes=('\\x1b]0;x\\x07',),\n"
        "        sizes={'train': 1, 'test': 1}, load=load, licence='\\x1b[0m')]\n"
    )
    for command in (["list"], ["show", "evil"]):
        result = CliRunner().invoke(
            cli, ["--plugin", str(plugin), "data", *command], catch_exceptions=False
        )
        assert result.exit_code == 0, result.output
        assert "evil" in result.output or "title" in result.output
        assert not {"\x1b", "\x9b", "\x07"} & set(result.output)


GREY = Image(2, 2, ((0,) * 3, (255,) * 3, (255,) * 3, (0,) * 3))
RED = Image(1, 1, ((255, 0, 0),))


def test_images_in_true_colour_in_256_colours_and_in_shades():
    assert draw(GREY, "true")[0].startswith("\x1b[38;2;0;0;0;48;2;255;255;255m▀")
    assert draw(GREY, "256")[0].startswith("\x1b[38;5;232;48;5;255m▀")
    assert draw(RED, "256")[0].startswith("\x1b[38;5;196;48;5;232m▀")
    assert draw(GREY, "none") == ["▒▒"]


def test_a_row_has_as_many_images_as_fit_each_above_its_caption():
    wide = Image(10, 2, ((255,) * 3,) * 20)
    lines = draw_row([(wide, "T-shirt/top"), (wide, "b"), (wide, "c")], "none", 30)
    assert lines == ("██████████  ██████████", "T-shirt/t…  b         ")
    assert len(draw_row([(wide, "a")], "none", 5)) == 2
    assert draw_row([], "none", 80) == ()


@pytest.mark.parametrize(
    ("environment", "colors"),
    [
        ({"COLORTERM": "truecolor", "TERM": "xterm"}, "true"),
        ({"COLORTERM": "", "TERM": "xterm-256color"}, "256"),
        ({"COLORTERM": "", "TERM": "linux"}, "none"),
        ({"COLORTERM": "truecolor", "NO_COLOR": "1"}, "none"),
    ],
)
def test_the_terminals_colours(monkeypatch, environment, colors):
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert terminal_colors() == colors
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False)
    assert terminal_colors() == "none"
