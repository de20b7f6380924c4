import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.api.errors import UserError
from workbench.core.plan import plan_document
from workbench.core.sweeps import Choices, Range, member_plan, parse_overs


@pytest.fixture
def parse(registry, tiny_plan):
    document = plan_document(tiny_plan())
    return lambda *texts: parse_overs(texts, document, registry)


def test_a_list_is_checked_and_written_as_the_option_declares(parse):
    assert parse("optimizer.lr=1e-3, .01,0.01") == [Choices("optimizer.lr", ("0.001", "0.01"))]
    assert parse("data.shuffle=yes,off") == [Choices("data.shuffle", ("true", "false"))]
    assert parse("model.name=linear") == [Choices("model.name", ("linear",))]


def test_a_list_of_lists_is_written_with_brackets(registry):
    from workbench.core.plan import check_plan, compose

    base = {"dataset": {"name": "mnist"}, "backend": {"name": "pytorch"}}
    document = plan_document(check_plan(compose({}, base, registry), registry))
    (hidden,) = parse_overs(["model.hidden=[64,32],[128],256"], document, registry)
    assert hidden == Choices("model.hidden", ("[64,32]", "[128]", "[256]"))
    plans = [member_plan(document, {"model.hidden": value}, registry) for value in hidden.values]
    assert [plan.model.options.hidden for plan in plans] == [(64, 32), (128,), (256,)]


def test_a_range_is_one_of_whole_numbers_where_the_option_is(parse):
    assert parse("optimizer.lr=1e-4..1e-1:log", "epochs=2..9") == [
        Range("optimizer.lr", 1e-4, 1e-1, is_log=True, is_whole=False),
        Range("epochs", 2, 9, is_log=False, is_whole=True),
    ]


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ([], "A sweep needs --over"),
        (["epochs"], "is not KEY=a,b,c or KEY=low..high"),
        (["epochs="], "is not KEY=a,b,c or KEY=low..high"),
        (["epochs=0,1"], "epochs must be a whole number at least 1, but is 0"),
        (["epochs=0..4"], "epochs must be a whole number at least 1, but is 0"),
        (["epochs=many..more"], "epochs must be a whole number"),
        (["epochs=4..4"], "The range of epochs must rise, but is 4..4"),
        (["optimizer.lr=0..1"], "optimizer.lr must be a number above 0, but is 0"),
        (["model.scale=0..1:log"], "must begin above 0 for :log"),
        (["model.scael=1,2"], 'Did you mean "model.scale"?'),
        (["schedule.name=cosine,round"], "schedule.name must be"),
        (["epochs=1,2", "epochs=3"], "--over epochs is given twice"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(parse, texts, sentence):
    with pytest.raises(UserError) as refused:
        parse(*texts)
    assert sentence in str(refused.value)


@given(
    low=st.floats(1e-9, 1e6), factor=st.floats(1.001, 1e6), share=st.floats(0, 1), log=st.booleans()
)
def test_a_drawn_number_is_in_the_range_as_it_is_written(low, factor, share, log):
    item = Range("optimizer.lr", low, low * factor, is_log=log, is_whole=False)
    assert item.low <= float(item.text(item.at(share))) <= item.high


@pytest.mark.parametrize("is_log", [False, True])
def test_each_whole_number_of_a_range_is_drawn(is_log):
    item = Range("epochs", 1, 5, is_log=is_log, is_whole=True)
    draw = random.Random(0)
    assert {item.text(item.at(draw.random())) for _ in range(500)} == set("12345")


def test_a_logarithmic_range_gives_each_decade_its_share():
    item = Range("optimizer.lr", 1e-4, 1.0, is_log=True, is_whole=False)
    assert [item.text(item.at(share)) for share in (0, 0.25, 0.5, 0.75, 1)] == [
        "0.0001", "0.001", "0.01", "0.1", "1.0",
    ]  # fmt: skip
