"""Models side by side: what there is to compare."""

from types import SimpleNamespace

from workbench.tui.screens.predict.comparison import columns


def titles(errors):
    model = SimpleNamespace(result=SimpleNamespace(errors=errors))
    return [column.title for column in columns([model])][4:]


def test_a_regression_has_errors_where_a_classifier_has_shares():
    assert titles(None) == ["accuracy", "loss", "F1", "top 3", "ECE"]
    assert titles("some") == ["MAE", "MSE", "loss"]
