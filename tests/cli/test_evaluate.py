import json

import pytest

from workbench.core.runs import RunFolder, overview

SLOW = ("--epochs", "1000", "--set", "backend.delay_s=0.005")


@pytest.fixture
def live(workbench, runs_dir, wait_for):
    """A paused run named live."""
    workbench("train", "--detach", "--name", "live", *SLOW)
    run = RunFolder(runs_dir / "live")
    wait_for(lambda: overview(run).step > 0)
    workbench("pause", "live")
    return run


def test_the_latest_checkpoint_gives_the_last_test_lines_again(workbench, runs_dir):
    trained = workbench("train", "--name", "one").stdout
    result = workbench("evaluate", "one")
    assert trained.endswith(result.stdout + "Done!\n")
    assert result.stdout.startswith("Test Error: \n Accuracy: 100.0%, Avg loss: ")
    assert result.stderr == "one@step-00000064 after 64 batches, on 64 test items:\n"


def test_a_named_checkpoint(workbench, refused, runs_dir):
    trained = workbench("train", "--name", "one").stdout
    first = trained[trained.index("Test Error") : trained.index("Epoch 1")]
    assert workbench("evaluate", "one@step-00000032").stdout == first
    found = json.loads(workbench("evaluate", "one@best", "--json").stdout)
    assert found["checkpoint"] == "step-00000032"
    assert (found["accuracy"], found["correct"], found["size"]) == (1.0, 64, 64)
    assert found["is_sample"] is False
    assert refused("evaluate", "one@step-33") == (
        'There is no checkpoint "one@step-33". Did you mean "step-00000032"?'
    )
    assert refused("evaluate", "one@") == (
        '"one@" is not RUN@CHECKPOINT, such as quiet-otter-12@best.'
    )


def test_a_run_without_a_checkpoint(workbench, refused, runs_dir):
    workbench("train", "--name", "one", "--set", "backend.fail_at=1", code=1)
    assert refused("evaluate", "one") == "The run one has no checkpoint yet."


def test_a_live_run_evaluates_its_model_as_it_is(workbench, live):
    step = overview(live).step
    result = workbench("evaluate", "live")
    assert result.stdout.startswith("Test Error: \n Accuracy: ")
    assert result.stderr == f"live, live, after {step} batches, on 64 test items:\n"
    found = json.loads(workbench("evaluate", "live", "--json").stdout)
    assert (found["checkpoint"], found["step"]) == (None, step)


def test_predictions_are_lines_of_class_names(trained_run, workbench, runs_dir):
    trained_run("one")
    assert workbench("predict", "one").stdout == 'Predicted: "circle", Actual: "circle"\n'
    assert workbench("predict", "one", "--count", "2").stdout == (
        'Predicted: "circle", Actual: "circle"\nPredicted: "square", Actual: "square"\n'
    )
    chosen = workbench("predict", "one@best", "--index", "3", "--index", "2", "--json").stdout
    samples = json.loads(chosen)["samples"]
    assert [(item["index"], item["actual"]) for item in samples] == [(3, "line"), (2, "cross")]
    assert all(0.25 < item["confidence"] <= 1 for item in samples)


def test_an_item_that_is_not_there(workbench, refused, live):
    sentence = "The test split has items 0 to 63; there is no 64."
    assert refused("predict", "live", "--index", "64") == sentence
    workbench("stop", "live")
    assert refused("predict", "live", "--index", "64") == sentence
    assert "either --index or --count, not both" in refused(
        "predict", "live", "--index", "1", "--count", "2"
    )


def test_a_live_run_predicts_with_its_model_as_it_is(workbench, live):
    found = json.loads(workbench("predict", "live", "--count", "3", "--json").stdout)
    assert found["checkpoint"] is None
    assert [item["actual"] for item in found["samples"]] == ["circle", "square", "cross"]
