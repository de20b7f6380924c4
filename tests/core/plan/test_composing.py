import pytest

from workbench.api import UserError
from workbench.core.plan import check_plan, compose, parse_assignment

PYTORCH = {
    "epochs": 3,
    "dataset": {"name": "fashion-mnist"},
    "model": {"name": "mlp", "hidden": [8]},
    "optimizer": {"name": "sgd", "lr": 0.25},
    "backend": {"name": "pytorch"},
    "data": {"batch_size": 10},
}


def test_another_part_loses_the_options_of_the_one_before(registry):
    document = compose(PYTORCH, {"optimizer": {"name": "adam"}}, registry)
    assert document["optimizer"] == {"name": "adam"}
    assert document["model"] == PYTORCH["model"]


def test_the_same_part_keeps_its_options(registry):
    document = compose(PYTORCH, {"optimizer": {"name": "sgd", "momentum": 0.5}}, registry)
    assert document["optimizer"] == {"name": "sgd", "lr": 0.25, "momentum": 0.5}


def test_another_backend_brings_its_own_plan(registry):
    document = compose(PYTORCH, {"backend": {"name": "tiny"}}, registry)
    assert document == {
        "epochs": 3,
        "dataset": {"name": "fashion-mnist"},
        "model": {"name": "linear"},
        "optimizer": {"name": "plain"},
        "backend": {"name": "tiny"},
        "data": {"batch_size": 16},
        "loss": "cross-entropy",
    }


def test_a_model_that_only_another_backend_has_means_that_backend(registry):
    changes = {"model": {"name": "linear", "scale": 0.5}, "dataset": {"name": "tiny"}}
    document = compose(PYTORCH, changes, registry)
    assert document["backend"] == {"name": "tiny"}
    assert document["model"] == {"name": "linear", "scale": 0.5}
    assert document["optimizer"] == {"name": "plain"}
    check_plan(document, registry)


def test_a_model_that_several_backends_have_stays_with_the_chosen_one(registry):
    document = compose(PYTORCH, {"model": {"name": "cnn"}}, registry)
    assert document["backend"] == {"name": "pytorch"}
    assert document["optimizer"] == PYTORCH["optimizer"]


def test_a_named_backend_goes_before_what_a_model_means(registry):
    changes = {"model": {"name": "linear"}, "backend": {"name": "pytorch"}}
    document = compose(PYTORCH, changes, registry)
    assert document["backend"] == {"name": "pytorch"}
    with pytest.raises(UserError, match='The model "linear" is for the backend tiny; the models'):
        check_plan(document, registry)


def test_composing_leaves_its_base_alone(registry):
    base = {"model": {"name": "mlp", "hidden": [8]}, "backend": {"name": "pytorch"}}
    compose(base, {"model": {"hidden": [1]}}, registry)
    assert base == {"model": {"name": "mlp", "hidden": [8]}, "backend": {"name": "pytorch"}}


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ("epochs=7", {"epochs": 7}),
        ("model.hidden=512,512", {"model": {"hidden": [512, 512]}}),
        (" optimizer.lr = 1e-3 ", {"optimizer": {"lr": 0.001}}),
        ("data.shuffle=yes", {"data": {"shuffle": True}}),
        ("schedule.name=cosine", {"schedule": {"name": "cosine"}}),
        ("model.name=cnn", {"model": {"name": "cnn"}}),
    ],
)
def test_assignments_are_typed_as_declared(registry, text, document):
    assert parse_assignment(text, PYTORCH, registry) == document


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("epochs", "is not KEY=VALUE"),
        ("=5", "is not KEY=VALUE"),
        ("model.hiden=5", 'There is no option "model.hiden". Did you mean "model.hidden"?'),
        ("epochz=5", 'Did you mean "epochs"?'),
        ("modl.hidden=5", 'There is no table of a plan "modl". Did you mean "model"?'),
        ("a.b.c=5", 'There is no table of a plan "a.b".'),
        ("model.hidden=x", "model.hidden must be"),
    ],
)
def test_assignments_that_are_none(registry, text, sentence):
    with pytest.raises(UserError) as refusal:
        parse_assignment(text, PYTORCH, registry)
    assert sentence in str(refusal.value)
