import tomli
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.core.plan import check_plan, compose, nest, plan_document, plan_toml

_TEXT = st.text("aZ0é漢/\\.'\"# \t\n\x1b\x7f", max_size=20)
# Function-scoped fixtures are frozen values here.
RELAXED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "epochs": st.integers(1, 10**6),
        "seed": st.integers(0, 2**32 - 1),
        "device": st.sampled_from(["auto", "cpu", "cuda", "cuda:3", "mps"]),
        "log_every": st.integers(1, 10**6),
        "data": st.fixed_dictionaries(
            {},
            optional={"batch_size": st.integers(1, 512), "shuffle": st.booleans()},
        ),
        "optimizer": st.fixed_dictionaries(
            {}, optional={"lr": st.floats(1e-300, 1e300, exclude_min=True)}
        ),
        "model": st.fixed_dictionaries({}, optional={"scale": st.floats(0, 1e9)}),
        "schedule": st.fixed_dictionaries(
            {},
            optional={
                "name": st.sampled_from(["constant", "step", "cosine", "one-cycle"]),
                "gamma": st.floats(0, 1, exclude_min=True),
            },
        ),
        "checkpoint": st.fixed_dictionaries(
            {}, optional={"every_minutes": st.floats(0, 1e6), "keep_best": st.just("loss")}
        ),
        "plugins": st.lists(_TEXT, min_size=1),
    },
)


@RELAXED
@given(CHANGES)
def test_a_plan_survives_its_toml(tiny_plan, registry, changes):
    plan = tiny_plan(**changes)
    again = check_plan(tomli.loads(plan_toml(plan)), registry)
    assert again == plan
    assert plan_toml(again) == plan_toml(plan)


@RELAXED
@given(CHANGES, CHANGES)
def test_composing_with_nothing_new_changes_nothing(tiny_plan, registry, changes, more):
    document = plan_document(tiny_plan(**changes))
    assert compose(document, {}, registry) == document
    once = compose(document, more, registry)
    assert compose(once, more, registry) == once
    assert compose(compose(document, document, registry), more, registry) == once


def test_a_document_has_every_default(tiny_plan):
    document = plan_document(tiny_plan())
    assert document["seed"] == 0
    assert document["schedule"]["gamma"] == 0.1
    assert document["optimizer"] == {"name": "plain", "lr": 0.5}
    assert tiny_plan().title == "tiny · linear · plain · tiny"


def test_nest():
    assert nest("a", 1) == {"a": 1}
    assert nest("a.b.c", 1) == {"a": {"b": {"c": 1}}}
