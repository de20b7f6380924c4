import pytest

from workbench.api.errors import UserError
from workbench.tui.plan_draft import PlanDraft
from workbench.tui.screens.train.plan.sections import sections


@pytest.fixture
def draft(registry):
    document = {
        "dataset": {"name": "fashion-mnist"},
        "model": {"name": "mlp"},
        "optimizer": {"name": "sgd"},
        "backend": {"name": "pytorch"},
        "epochs": 5,
    }
    return PlanDraft(document, registry)


def field(draft, key):
    return next(
        field for section in sections(draft) for field in section.fields if field.key == key
    )


def test_every_declared_option_is_a_line_of_the_form(draft):
    keys = {field.key for section in sections(draft) for field in section.fields}
    assert {"model.hidden", "optimizer.lr", "optimizer.momentum", "backend.precision"} <= keys
    assert {"epochs", "seed", "data.batch_size", "schedule.name", "checkpoint.keep_last"} <= keys


def test_a_changed_field_is_in_the_plan(draft):
    changed = draft.set("model.hidden", "128, 64").set("data.batch_size", "32")
    plan = changed.plan()
    assert plan.model.options.hidden == (128, 64)
    assert plan.data.batch_size == 32
    assert field(changed, "model.hidden").value == "128,64"
    assert not field(changed, "model.hidden").is_default
    assert field(draft, "model.hidden").is_default


@pytest.mark.parametrize(
    ("key", "text"), [("optimizer.lr", "-1"), ("epochs", "many"), ("model.nothing", "1")]
)
def test_what_can_not_be_is_refused_with_a_sentence(draft, key, text):
    with pytest.raises(UserError) as refused:
        draft.set(key, text)
    assert key in str(refused.value)


def test_options_that_refuse_each_other_are_refused(draft):
    with pytest.raises(UserError, match="nesterov needs"):
        draft.set("optimizer.nesterov", "true")


def test_another_model_has_its_own_options(draft):
    changed = draft.set("model.name", "cnn")
    keys = {field.key for section in sections(changed) for field in section.fields}
    assert "model.channels" in keys


def test_answers_are_those_of_the_backend(draft):
    changed = draft.set("backend.name", "keras")
    assert changed.name("dataset") == "fashion-mnist"
    names = [answer.value for answer in field(changed, "model.name").answers]
    assert "dense" in names
    assert "mlp" not in names
    losses = [answer.value for answer in field(changed, "loss").answers]
    assert "cross-entropy" in losses


def test_an_own_functions_options_are_added_changed_and_taken_away(draft):
    assert not draft.own_option("optimizer") and draft.own_option("dataset") == ()
    changed = draft.set("optimizer.name", "torch.optim:RMSprop")
    assert "optimizer.lr is not set" in changed.problem
    changed = changed.set("optimizer.+", "lr = 0.01").set("optimizer.+", "betas=[0.9, 0.99]")
    changed = changed.set("optimizer.+", 'label="128"').set("optimizer.+", "deep={x = 1}")
    wanted = {"lr": 0.01, "betas": [0.9, 0.99], "label": "128", "deep": {"x": 1}}
    assert changed.plan().optimizer.options.values == wanted
    shown = {field.label: field.value for field in changed.options("optimizer")}
    assert shown == {"lr": "0.01", "betas": "[0.9, 0.99]", "label": '"128"', "deep": '{"x" = 1}'}
    for key, text in shown.items():  # what is shown means the same when it is typed again
        changed = changed.set(f"optimizer.{key}", text)
    assert changed.plan().optimizer.options.values == wanted
    assert changed.assignments["optimizer.betas"] == "[0.9, 0.99]"
    assert changed.without("optimizer.betas").plan().optimizer.options.values.keys() == {
        "lr", "label", "deep",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("hidden", '"hidden" is not name=value, such as hidden=128.'),
        ("hidden=", '"hidden=" is not name=value'),
        ("a b=1", '"a b=1" is not name=value'),
        ("name=x", "can't be called name; model.name is its place."),
    ],
)
def test_what_is_no_option_is_refused(draft, text, sentence):
    with pytest.raises(UserError) as refused:
        draft.set("model.name", "mine:build").set("model.+", text)
    assert sentence in str(refused.value)


def test_a_draft_that_is_no_plan_says_why(draft):
    changed = draft.set("dataset.name", "toy").set("model.name", "cnn")
    assert "can't take the dataset toy" in changed.problem
    broken = PlanDraft({}, draft.registry)
    assert "names no dataset" in broken.problem
    assert broken.choice("model").value == ""


def test_plugin_files_are_part_of_the_plan(registry, tmp_path):
    draft = PlanDraft(
        {
            "dataset": {"name": "tiny"},
            "model": {"name": "linear"},
            "optimizer": {"name": "plain"},
            "backend": {"name": "tiny"},
        },
        registry,
        (tmp_path / "plugin.py",),
    )
    assert draft.plan().plugins == (str(tmp_path / "plugin.py"),)


def test_a_follower_is_switched_on_and_shows_its_options(draft):
    def lines(draft):
        (section,) = [item for item in sections(draft) if item.name == "followers"]
        return section.hint, [field.key for field in section.fields if ".csv." in field.key]

    assert lines(draft) == ("none", ["followers.csv.on"])
    assert field(draft, "followers.csv.on").label == "csv"
    on = draft.set("followers.csv.on", "true")
    assert lines(on) == ("csv", ["followers.csv.on", "followers.csv.every_batch"])
    (follower,) = on.set("followers.csv.every_batch", "true").plan().followers
    assert (follower.is_on, follower.values) == (True, {"every_batch": True})
    assert lines(on.set("followers.csv.on", "false"))[0] == "none"
    with pytest.raises(UserError, match=r"followers\.webhook\.timeout_s must be"):
        draft.set("followers.webhook.timeout_s", "0")


def test_datasets_that_need_a_persons_folder_are_offered_last(draft):
    names = [answer.value for answer in field(draft, "dataset.name").answers]
    assert names[0] == "fashion-mnist"  # the backend's own
    assert names.index("mnist") < names.index("image-folder")
    other = draft.set("backend.name", "keras")
    assert field(other, "dataset.name").answers[0].value == "mnist"
