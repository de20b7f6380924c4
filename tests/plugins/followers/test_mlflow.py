import pytest

from workbench_followers.mlflow_runs import MlflowOptions, create

pytest.importorskip("mlflow", reason="MLflow is not installed")


@pytest.fixture
def client(tmp_path, monkeypatch):
    """MLflow on a folder of files, which needs no server and no database."""
    from mlflow.tracking import MlflowClient

    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", (tmp_path / "mlruns").as_uri())
    return MlflowClient((tmp_path / "mlruns").as_uri())


def test_a_run_with_its_plan_numbers_and_end_goes_on_when_resumed(tell, client):
    options = MlflowOptions(every_batch=True)
    tell(create, options, 0, 7)
    experiment = client.get_experiment_by_name("workbench").experiment_id
    (run,) = client.search_runs([experiment])
    assert run.info.status == "KILLED" and run.info.run_name == "quiet-otter-12"
    assert run.data.params == {"epochs": "2", "model.name": "mlp", "model.hidden": "[8, 8]"}
    assert run.data.tags["torch"] == "2"

    tell(create, options, 4, 8, is_end=True)
    (run,) = client.search_runs([experiment])
    assert run.info.status == "FINISHED"
    losses = client.get_metric_history(run.info.run_id, "train/loss")
    assert sorted((item.step, item.value) for item in losses) == [
        (step, 1 / step) for step in range(1, 9)
    ]
    (accuracy, last) = client.get_metric_history(run.info.run_id, "test/accuracy")
    assert (accuracy.value, last.value, last.timestamp) == (0.4, 0.8, 1_008_000)
