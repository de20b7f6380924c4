import pytest
import tomli

from workbench.api import UserError
from workbench.core.plan import (
    Following,
    check_followers,
    check_plan,
    compose,
    parse_assignment,
    plan_document,
    plan_toml,
)

CSV = Following("csv", True, {"every_batch": True})


def test_a_table_is_a_follower_that_is_on(tiny_plan, registry):
    plan = tiny_plan(followers={"csv": {"every_batch": True}, "mlflow": {"on": False}})
    assert plan.followers == (CSV, Following("mlflow", False, {}))
    assert [spec.name for spec in check_followers(plan.followers, registry)] == ["csv"]
    assert check_plan(tomli.loads(plan_toml(plan)), registry) == plan


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("followers.csv.on=true", {"on": True}),
        ("followers.csv.every_batch=yes", {"every_batch": True}),
        (
            "followers.webhook.events=RunFailed,RunFinished",
            {"events": ["RunFailed", "RunFinished"]},
        ),
    ],
)
def test_an_assignment_turns_one_on(registry, text, table):
    name = text.split(".")[1]
    assert parse_assignment(text, {}, registry) == {"followers": {name: table}}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("followers.cvs.on=true", 'There is no follower "cvs". Did you mean "csv"?'),
        ("followers.csv.evry=1", 'There is no option "followers.csv.evry".'),
        ("followers.webhook.timeout_s=0", "followers.webhook.timeout_s must be a number above 0"),
        ("follower.csv.on=true", 'Did you mean "followers.csv"?'),
    ],
)
def test_what_there_is_not_is_refused(registry, text, sentence):
    with pytest.raises(UserError) as refused:
        parse_assignment(text, {}, registry)
    assert sentence in str(refused.value)


def test_wrong_options_are_refused_where_they_are_written_only(tiny_plan, registry):
    plan = tiny_plan(followers={"csv": {"each": 1}, "gone": {}})
    assert "gone" in plan_document(plan)["followers"]
    with pytest.raises(UserError, match=r'There is no option "followers\.csv\.each"'):
        check_followers(plan.followers, registry)


@pytest.mark.parametrize("followers", ["csv", {"csv": True}, {"csv": {"on": "maybe"}}])
def test_what_is_no_table_is_refused(tiny_plan, followers):
    with pytest.raises(UserError, match="followers"):
        tiny_plan(followers=followers)


def test_another_backend_keeps_them(registry):
    base = {"backend": {"name": "keras"}, "followers": {"csv": {}}}
    assert compose(base, {"backend": {"name": "tiny"}}, registry)["followers"] == {"csv": {}}
