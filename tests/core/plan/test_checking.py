import pytest

from workbench.api import UserError, WorkbenchError
from workbench.core.plan import check_plan, plan_document


@pytest.fixture
def document(tiny_plan):
    return plan_document(tiny_plan())


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"epoch": 5}, 'There is no key of a plan "epoch". Did you mean "epochs"?'),
        ({"epochs": "5"}, 'epochs must be a whole number at least 1, but is "5".'),
        ({"epochs": True}, "epochs must be a whole number at least 1, but is True."),
        ({"model": "linear"}, "model must be a table, such as [model] with name = ..."),
        ({"data": 5}, "data must be a table"),
        ({"model": {}}, "The plan names no model; add model.name."),
        ({"model": {"name": 5}}, "model.name must be text, but is 5."),
        ({"model": {"name": "linear", "scal": 1}}, '"model.scal". Did you mean "scale"?'),
        ({"data": {"batch": 1}}, '"data.batch". Did you mean "batch_size"?'),
        ({"schedule": {"name": "linear"}}, "schedule.name must be constant or step or cosine"),
        ({"loss": "mse"}, 'There is no loss for tiny "mse".'),
        ({"device": "gpu"}, 'device must be auto, cpu, cuda:N or mps, but is "gpu".'),
        ({"device": "cuda:"}, "device must be auto"),
        ({"plugins": "x.py"}, "plugins must be a list of paths."),
        ({"plugins": [5]}, "plugins must be a list of paths."),
        ({"backend": {"name": "tensorflow"}}, 'There is no backend "tensorflow".'),
        (
            {"dataset": {"name": "mnist"}},
            "The model linear can't take the dataset mnist: it takes images of 8x8",
        ),
        (
            {"data": {"batch_size": 513, "drop_last": True}},
            "data.batch_size 513 with data.drop_last leaves no batch of the 512 training items",
        ),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(document, registry, changes, sentence):
    with pytest.raises(UserError) as refusal:
        check_plan({**document, **changes}, registry)
    assert sentence in str(refusal.value)


def test_a_plan_may_say_little(registry):
    names = {"dataset": "tiny", "model": "linear", "optimizer": "plain", "backend": "tiny"}
    plan = check_plan({kind: {"name": name} for kind, name in names.items()}, registry)
    assert (plan.run.epochs, plan.data.batch_size, plan.optimizer.options.lr) == (5, 64, 0.5)


def test_qualified_names(document, registry):
    plan = check_plan({**document, "model": {"name": "tiny-plugin:linear"}}, registry)
    assert plan.model.options.scale == 0.01


def test_a_plugin_that_fails_when_asked_is_named(document, registry, monkeypatch):
    model = registry.model("linear", "tiny")

    def fail(dataset, options):
        raise ZeroDivisionError("division by zero")

    object.__setattr__(model, "refuse", fail)
    with pytest.raises(WorkbenchError, match="The plugin of the model linear fails when it is"):
        check_plan(document, registry)
