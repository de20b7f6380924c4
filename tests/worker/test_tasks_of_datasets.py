"""Binary and regression datasets, trained by real workers on both backends."""

import importlib.util
import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from workbench.api import events
from workbench.api.errors import UserError, WorkbenchError
from workbench.cli.evaluation_tables import print_in_full
from workbench.cli.main import cli
from workbench.core.checkpoints import find_checkpoint, list_checkpoints
from workbench.core.checkpoints.keeping import kept
from workbench.core.evaluation import read_evaluation
from workbench.core.plan import check_plan, compose, parse_assignment
from workbench.core.plugins import load_plugins
from workbench.core.report import gather, render
from workbench.core.runs import create_run, launch_worker, overview, read_events
from workbench.worker.setup import prepare_data

BACKENDS = {"pytorch": "torch", "keras": "tensorflow"}
DEFAULTS = {
    "pytorch": {"backend": {"name": "pytorch"}, "model": {"name": "mlp", "hidden": [32]}},
    "keras": {"backend": {"name": "keras"}, "model": {"name": "dense", "units": [32]}},
}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Trains a dataset on a backend, the same only once, and returns its run."""
    folder, registry, runs = tmp_path_factory.mktemp("tasks"), load_plugins(), {}

    def train(backend, dataset, **changes):
        key = f"{backend} {dataset} {changes}"
        if key in runs:
            return runs[key]
        if importlib.util.find_spec(BACKENDS[backend]) is None:
            pytest.skip(f"{BACKENDS[backend]} is not installed")
        base = {"dataset": {"name": "toy"}, "epochs": 2}
        document = compose(base, DEFAULTS[backend], registry)
        optimizer = {"name": "adam", "lr": 0.02}
        changed = {"dataset": {"name": dataset}, "optimizer": optimizer, **changes}
        plan = check_plan(compose(document, changed, registry), registry)
        runs[key] = run = create_run(folder / "runs", plan)
        assert launch_worker(run, folder / "data").wait(200) == 0, run.log.read_text()
        return run

    return train


def of(run, kind):
    return [event for event in read_events(run) if isinstance(event, kind)]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_binary_dataset_is_learned_with_one_logit(backend, trained):
    run = trained(backend, "toy-moons")
    first, last = of(run, events.EpochTested)
    assert last.accuracy > 0.85
    assert float(last.loss) < float(first.loss) < 0.69
    assert last.correct == round(last.accuracy * last.size)
    assert " Accuracy: " in run.log.read_text()
    (built,) = of(run, events.ModelBuilt)
    assert built.summary.tensors[-1].shape == (1,)
    for sample in of(run, events.SamplesPredicted)[-1].samples:
        assert sum(sample.probabilities) == pytest.approx(1)
        assert sample.confidence >= 0.5
        assert sample.confidence == pytest.approx(max(sample.probabilities))


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_regression_has_errors_and_no_accuracy(backend, trained):
    run = trained(backend, "toy-waves")
    first, last = of(run, events.EpochTested)
    assert last.accuracy is last.correct is None
    assert 0 < last.mse < first.mse < 0.3
    assert last.mae**2 <= last.mse  # as for all numbers
    line = f" MAE: {last.mae:>8f}, MSE: {last.mse:>8f}, Avg loss: {last.loss:>8f} "
    assert line in run.log.read_text().splitlines()
    assert "Accuracy" not in run.log.read_text()
    seen = overview(run)
    assert seen.best_accuracy is seen.last_accuracy is None
    assert seen.last_error == last.mae
    assert seen.best_error == min(first.mae, last.mae)
    sample = of(run, events.SamplesPredicted)[-1].samples[0]
    assert sample.confidence is None
    assert sample.predicted == f"{sample.outputs[0]:.6g}"
    assert sample.loss == pytest.approx((sample.outputs[0] - sample.targets[0]) ** 2)


def test_the_best_of_a_regression_is_by_loss(trained):
    run = trained("pytorch", "toy-waves", epochs=3, optimizer={"name": "adam", "lr": 0.3})
    losses = [float(item.manifest.metrics.loss) for item in list_checkpoints(run)]
    best = find_checkpoint(run, "best")
    assert float(best.manifest.metrics.loss) == min(losses)
    assert kept(run, list_checkpoints(run))[best.name] == {
        "best": "it is the best of its run by loss"
    }


def test_the_command_line_and_the_report_tell_of_errors(trained, capsys):
    run = trained("pytorch", "toy-waves")
    folders = ["--runs-dir", str(run.path.parent)]

    def ask(*arguments, code=0):
        done = CliRunner().invoke(cli, [*arguments, *folders])
        assert done.exit_code == code, done.output
        return done

    (found,) = [event for event in of(run, events.EpochTested) if event.epoch == 1]
    told = json.loads(ask("evaluate", run.name, "--json").stdout)
    assert told["accuracy"] is None and told["classes"] == []
    (errors,) = told["errors"]["targets"]
    assert errors["name"] == "height"
    assert errors["mae"] == pytest.approx(found.mae)
    assert errors["mse"] == pytest.approx(found.mse)
    evaluation = read_evaluation(find_checkpoint(run))
    print_in_full(evaluation, "none", 80)
    assert "R2" in capsys.readouterr().out
    page = render(replace(gather(run), evaluation=evaluation))
    assert "Mean absolute error of the test" in page
    assert "accuracy" not in page.split("<h2>Plan")[0].lower().replace("keep_best", "")
    worst = json.loads(ask("predict", run.name, "--most-wrong", "--count", "3", "--json").stdout)
    losses = [item["loss"] for item in worst["samples"]]
    assert losses == sorted(losses, reverse=True)
    assert "neither right nor wrong" in ask("predict", run.name, "--wrong", code=2).stderr
    assert "mean absolute error" in ask("status", run.name).stdout


@pytest.mark.parametrize(
    ("dataset", "loss"), [("toy", "cross-entropy"), ("toy-moons", "bce"), ("toy-waves", "mse")]
)
def test_another_dataset_brings_the_loss_that_fits(dataset, loss, registry):
    document = {"dataset": {"name": "toy-waves"}, **DEFAULTS["pytorch"], "loss": "mse"}
    for name in ("toy-moons", dataset):
        change = parse_assignment(f"dataset.name={name}", document, registry)
        document = compose(document, change, registry)
    assert document["loss"] == loss


def test_a_loss_that_was_chosen_stays_while_it_fits(registry):
    base = {"dataset": {"name": "fashion-mnist"}, **DEFAULTS["pytorch"], "loss": "mse"}
    assert compose(base, {"dataset": {"name": "toy"}}, registry)["loss"] == "mse"
    both = compose(base, {"dataset": {"name": "toy-moons"}, "loss": "bce"}, registry)
    assert both["loss"] == "bce"


def test_a_loss_that_does_not_fit_is_refused(registry):
    document = {
        "dataset": {"name": "toy-waves"},
        **DEFAULTS["pytorch"],
        "optimizer": {"name": "sgd"},
        "loss": "cross-entropy",
    }
    with pytest.raises(UserError, match="whose task is regression; set loss to mse"):
        check_plan(document, registry)


def test_labels_that_are_no_class_are_refused_before_training(tmp_path):
    plugin = tmp_path / "high.py"
    plugin.write_text(
        "from workbench.api import ArraySplit, DatasetSpec, hookimpl\n\n\n"
        "def load(options):\n"
        "    import numpy as np\n"
        "    split = ArraySplit(np.zeros((4, 2), np.float32), np.array([0, 1, 2, 1]))\n"
        "    return {'train': split, 'test': split}\n\n\n@hookimpl\n"
        "def workbench_datasets():\n"
        "    about = {'title': 'High', 'description': 'High.', 'kind': 'vector', 'shape': (2,)}\n"
        "    return [DatasetSpec(name='high', dtype='float32', classes=('a', 'b'), load=load,\n"
        "                        sizes={'train': 4, 'test': 4}, **about)]\n"
    )
    registry = load_plugins([plugin])
    document = compose({"dataset": {"name": "high"}}, DEFAULTS["pytorch"], registry)
    plan = check_plan(compose(document, {"optimizer": {"name": "adam"}}, registry), registry)
    with pytest.raises(WorkbenchError, match="labels from 0 to 2, and with 2 classes they are"):
        prepare_data(plan, registry, tmp_path)
