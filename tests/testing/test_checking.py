"""The checks, run on plugins that are right and on ones with a single fault each."""

from pathlib import Path

import numpy as np
import pytest

from workbench.api import ArraySplit, DatasetInfo, UserError
from workbench.core.scaffold import write_plugin
from workbench.testing import check_plugin
from workbench.testing.datasets import _split_problems
from workbench.testing.fixtures import plugin_passes  # noqa: F401

TINY = Path(__file__).parents[1] / "fakes" / "tiny_plugin.py"


@pytest.fixture
def changed(tmp_path):
    """The findings of a new plugin after a text in one of its files was replaced."""

    def check(file, old, new, kind="all"):
        written = write_plugin("mine", kind, tmp_path)
        path = written.package / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        return [str(finding) for finding in check_plugin(written.folder).findings]

    return check


@pytest.mark.parametrize("kind", ["dataset", "backend", "follower", "all"])
def test_a_new_plugin_passes(plugin_passes, kind, tmp_path):  # noqa: F811
    plugin_passes(write_plugin("mine", kind, tmp_path).folder)


@pytest.mark.pytorch
@pytest.mark.parametrize("kind", ["model", "optimizer"])
def test_a_new_part_for_pytorch_passes(plugin_passes, kind, tmp_path):  # noqa: F811
    pytest.importorskip("torch")
    plugin_passes(write_plugin("mine", kind, tmp_path).package)


def test_the_tiny_plugin_passes():
    report = check_plugin(TINY)
    assert report.passed, str(report)
    assert "model linear" in report.checked and "dataset tiny" in report.checked


@pytest.mark.pytorch
def test_the_pytorch_plugin_passes():
    pytest.importorskip("torch")
    report = check_plugin("pytorch")
    assert report.passed, str(report)
    assert not report.skipped
    assert {"model mlp", "model cnn", "optimizer adam", "dataset toy"} <= set(report.checked)


@pytest.mark.keras
def test_the_keras_plugin_passes():
    pytest.importorskip("safetensors")
    report = check_plugin("keras")
    assert report.passed, str(report)
    assert {"model dense", "model cnn", "optimizer sgd", "dataset mnist"} <= set(report.checked)


@pytest.mark.timeout(600)  # each network is trained for each task
@pytest.mark.parametrize(
    ("needs", "plugin", "model"),
    [
        pytest.param("torchvision", "torchvision-models", "torchvision", marks=pytest.mark.pytorch),
        pytest.param("safetensors", "keras-applications", "applications", marks=pytest.mark.keras),
    ],
)
def test_the_networks_of_other_libraries_pass(needs, plugin, model):
    pytest.importorskip(needs)
    report = check_plugin(plugin)
    assert report.passed, str(report)
    assert f"model {model}" in report.checked and not report.skipped


@pytest.mark.parametrize("name", ["image-folder", "launchers", "table", "torchvision-sets"])
def test_the_plugins_of_a_persons_own_files_and_the_launchers_pass(name):
    report = check_plugin(name)
    assert report.passed, str(report)
    here = ("set dataset.path=", "its files are not here: ")
    assert all(any(words in str(skipped) for words in here) for skipped in report.skipped)


def test_the_followers_pass():
    report = check_plugin("followers")
    assert report.passed, str(report)
    assert {"follower csv", "follower webhook", "follower mlflow"} <= set(report.checked)
    assert "followers.webhook.url must be" in str(report.skipped)


def test_a_follower_that_fails_is_found(tmp_path):
    plugin = tmp_path / "mine.py"
    plugin.write_text(
        "from workbench.api import FollowerSpec, hookimpl\n\n\n@hookimpl\n"
        "def workbench_followers():\n"
        "    about = {'title': 'Mine', 'description': 'Mine.'}\n"
        "    return [FollowerSpec(name='mine', create=lambda run, options: 7, **about)]\n"
    )
    (finding,) = check_plugin(plugin).findings
    assert "create() gave int, which has no follow() and close()" in str(finding)


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("__init__.py", "from workbench", "import numpy\nfrom workbench", "it imports numpy when"),
        ("__init__.py", "from workbench", "1 / 0\nfrom workbench", "it does not load: Zero"),
        ("stripes.py", "noise: int", "noise: dict", "noise has the type dict; an option is a"),
        ("stripes.py", "@dataclass(frozen=True)", "", "StripesOptions is no dataclass; put @"),
        ("stripes.py", 'title="Mine"', 'title=""', "dataset mine: its title must be one line"),
        ("stripes.py", "Brightest value of the background.", "", "the option noise has no help"),
        ("stripes.py", "option(80", "option(800", "the default of the option noise is refused"),
        ("stripes.py", "shape=(SIDE, SIDE)", "shape=(64,)", "its shape is (64,); an image has"),
        ("stripes.py", '"test": 64}', '"test": 64, "train": 512}\nSIZES["test"] = 0', "its sizes"),
        ("backend.py", '"model": {"name": "mine-softmax"},', "", "must name a model"),
        ("backend.py", '"loss": "cross-', '"loss": "cros-', "loss cros-entropy, which is none of"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_registration(changed, file, old, new, sentence):
    assert any(sentence in finding for finding in changed(file, old, new))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("images, labels)\n", "images[1:], labels[1:])\n", "511 items, but sizes of the spec says"),
        ("images, labels)\n", "images[:, 1:], labels)\n", "inputs of the shape (512, 7, 8) where"),
        ("images, labels)\n", "images / 1.0, labels)\n", "has inputs of float64 where uint8 bel"),
        ("images, labels)\n", "images, labels + 1)\n", "labels from 1 to 4, and with 4 classes"),
        (
            "images, labels)\n",
            "images, labels.astype(int)[:, None])\n",
            "labels of the shape (512, 1) where",
        ),
        (
            "images, labels)\n",
            "images, labels.astype('>i8'))\n",
            "of >i8 where int64 belongs; mend",
        ),
        ('"test": split', '"exam": split', 'its load gave no splits "train" and "test"'),
        ("    import numpy", "    1 / 0\n    import numpy", "ZeroDivisionError"),
        ("    import numpy", "    import os; os._exit(7)\n    import numpy", "exit status 7"),
    ],
)
def test_what_is_wrong_with_a_dataset(changed, old, new, sentence):
    findings = changed("stripes.py", old, new, "dataset")
    assert any(sentence in finding for finding in findings), findings
    assert all(finding.startswith("dataset mine: ") for finding in findings)


def test_inputs_that_are_nan_are_said_to_be_that():
    inputs = np.array([[0.0, 1.0], [np.nan, 1.0]], dtype=np.float32)
    split = ArraySplit(inputs, np.array([0, 1]))
    info = DatasetInfo("mine", "vector", (2,), "float32", ("a", "b"), {})
    assert list(_split_problems(info, split, 2)) == [
        "has inputs with values that are NaN or infinite; mend load(options)."
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("softmax.py", "dataset.num_classes)", "5)", "shape (3, 5), but the dataset asks for 4"),
        ("trainer.py", "tolist()", "tolist()[:2]", "shape (2, 4), but the dataset asks for 4"),
        ("trainer.py", ".tolist()", "", "logits() must return lists of numbers; use tolist()"),
        ("trainer.py", 'device = "cpu"', "", "it has no device; set the name of the one in use"),
        ("trainer.py", "parameters=count", "parameters=np.int64(count)", "must hold plain numbers"),
        ("softmax.py", "-= self.lr", "+= self.lr", "with the default learning rate don't lower"),
        ("trainer.py", "math.ceil(size / batch)", "0", "steps_per_epoch is 0 for 4 batches"),
        ("trainer.py", "order=self.order, ", "order=self.order[::-1], ", "run is not exact"),
        ("trainer.py", "tensor[...] = saved[name]", "pass", "a loaded checkpoint gives other"),
        ("trainer.py", "return loss", "raise UserError('Go.')", ": it can't be trained: Go."),
        ("trainer.py", "return loss", "return math.nan", "loss of each, a finite number"),
        ("trainer.py", "correct += int(", "correct += 1 + int(", "right, but by logits() it is"),
        ("trainer.py", "logits = self", "logits = 0 * self", "the same loss before and after"),
        ("trainer.py", "def summary", "def summery", "no attribute 'summary' ("),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_backend(changed, file, old, new, sentence):
    findings = changed(file, old, new, "backend")
    assert any(sentence in finding for finding in findings), findings


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        (
            "1 / 0",
            "model mine-softmax: its refuse() fails: ZeroDivisionError: division by zero (ba",
        ),
        ("False", "it gave False; return a sentence to refuse, else None"),
    ],
)
def test_what_is_wrong_with_a_refusal(changed, refusal, sentence):
    new = f"build=build_model, refuse=lambda *_: {refusal},"
    findings = changed("backend.py", "build=build_model,", new, "backend")
    assert any(sentence in finding for finding in findings), findings


def test_a_backend_that_is_not_here_is_said(tmp_path):
    written = write_plugin("mine", "model", tmp_path)
    model = written.package / "model.py"
    model.write_text(model.read_text().replace('backend="pytorch"', 'backend="pytorhc"'))
    report = check_plugin(written.package)
    assert report.passed
    (skipped,) = report.skipped
    assert 'Did you mean "pytorch"? What is for it was not trained.' in skipped.problem


@pytest.mark.pytorch
def test_a_name_that_another_plugin_has_too(tmp_path):
    plugin = tmp_path / "mine.py"
    plugin.write_text(
        "from workbench.api import ModelSpec, hookimpl\n\n\n@hookimpl\n"
        "def workbench_models():\n"
        "    about = {'title': 'Mine', 'description': 'Mine.', 'build': 'json:loads'}\n"
        "    return [ModelSpec(name='mlp', backend='pytorch', **about)]\n"
    )
    findings = [str(finding) for finding in check_plugin(plugin).findings]
    assert findings[0].startswith("model mlp: the plugin pytorch has one of this name too; choose")
    assert all(finding.startswith("model mlp: ") for finding in findings)


def test_a_folder_that_is_no_plugin(tmp_path):
    with pytest.raises(UserError, match=r"it has neither __init__\.py nor pyproject\.toml"):
        check_plugin(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    with pytest.raises(UserError, match="registers no package of this folder"):
        check_plugin(tmp_path)
    with pytest.raises(UserError, match='Did you mean "pytorch"'):
        check_plugin("pytorh")
