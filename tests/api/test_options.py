from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.api.options import (
    NoOptions,
    OptionError,
    check_value,
    format_value,
    option,
    option_fields,
    options_to_dict,
    parse_options,
    parse_text,
    unknown_name,
)


@dataclass(frozen=True)
class Everything:
    flag: bool = option(False, help="Flag.")
    count: int = option(1, help="Count.", ge=-5, le=2**40)
    rate: float = option(0.5, help="Rate.", gt=-1e300)
    word: str = option("a", help="Word.")
    kind: str = option("x", help="Kind.", choices=("x", "y"))
    sizes: tuple[int, ...] = option((1, 2), help="Sizes.", ge=0)
    rates: tuple[float, ...] = option((), help="Rates.")
    words: tuple[str, ...] = option((), help="Words.")
    maybe_count: int | None = option(None, help="Count or none.")
    maybe_sizes: tuple[int, ...] | None = option(None, help="Sizes or none.")


FIELDS = {item.name: item for item in option_fields(Everything)}
_ANY = "aZ09éß漢-_./:=@#\\ \t,[]()'\"\x1b\x00\u202e"
# Around a list's items stand commas, brackets, quotes and spaces, which a typed text can't hold.
_ITEM = st.text("aZ09éß漢-_./:=@#\\\x1b", min_size=1)
_FLOAT = st.floats(allow_nan=False, allow_infinity=False)
VALUES = {
    "flag": st.booleans(),
    "count": st.integers(-5, 2**40),
    "rate": st.floats(-1e299, allow_infinity=False),
    "word": st.text(_ANY).map(str.strip),
    "kind": st.sampled_from("xy"),
    "sizes": st.lists(st.integers(0, 2**62)).map(tuple),
    "rates": st.lists(_FLOAT).map(tuple),
    "words": st.lists(_ITEM).map(tuple),
    "maybe_count": st.none() | st.integers(-(2**62), 2**62),
    "maybe_sizes": st.none() | st.lists(st.integers(0, 9), min_size=1).map(tuple),
}


@given(st.data())
def test_what_is_written_is_read_back(data):
    name = data.draw(st.sampled_from(list(VALUES)))
    value = data.draw(VALUES[name])
    assert parse_text(FIELDS[name], format_value(value)) == value


@given(st.fixed_dictionaries({}, optional=VALUES))
def test_options_as_plain_values_and_back(values):
    made = parse_options(Everything, values, where="")
    plain = options_to_dict(made)
    assert all(not isinstance(value, tuple) and value is not None for value in plain.values())
    assert parse_options(Everything, plain, where="") == made


@given(st.sampled_from(list(VALUES)), st.text())
def test_any_text_is_a_value_or_a_sentence(name, text):
    try:
        value = parse_text(FIELDS[name], text, where="table.")
    except OptionError as error:
        assert str(error).startswith(f"table.{name} must be ")
    else:
        assert check_value(FIELDS[name], value) == value


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.sampled_from(list(VALUES)), JSON)
def test_any_plain_value_is_a_value_or_a_sentence(name, value):
    try:
        parse_options(Everything, {name: value}, where="table.")
    except OptionError as error:
        assert str(error).startswith(f"table.{name} must be ")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("flag", " Yes ", True),
        ("flag", "0", False),
        ("count", "12", 12),
        ("rate", "1", 1.0),
        ("rate", ".5", 0.5),
        ("rate", "1e-3", 0.001),
        ("sizes", "[512, 512]", (512, 512)),
        ("sizes", "512", (512,)),
        ("sizes", "", ()),
        ("words", "'a', \"b\"", ("a", "b")),
        ("maybe_count", "None", None),
        ("maybe_count", "", None),
    ],
)
def test_what_a_person_may_type(name, text, value):
    assert parse_text(FIELDS[name], text) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("flag", "maybe"),
        ("count", "1.5"),
        ("count", "-6"),
        ("count", "9" * 5000),
        ("rate", "inf"),
        ("rate", "1e999"),
        ("kind", "z"),
        ("sizes", "1,-1"),
        ("sizes", "1,a"),
    ],
)
def test_what_is_refused(name, text):
    with pytest.raises(OptionError, match=f"^{name} must be "):
        parse_text(FIELDS[name], text)


def test_a_refusal_says_what_was_wanted_and_what_came():
    with pytest.raises(OptionError, match=r"t\.kind must be x or y, but is 5"):
        parse_options(Everything, {"kind": 5}, where="t.")
    with pytest.raises(
        OptionError, match=r'There is no option "t\.cuont"\. Did you mean "count"\?'
    ):
        parse_options(Everything, {"cuont": 5}, where="t.")
    with pytest.raises(OptionError, match='at least -5, at most 1099511627776, but is "x"'):
        parse_options(Everything, {"count": "x"}, where="t.")


def test_a_scalar_is_a_list_of_one():
    assert parse_options(Everything, {"sizes": 7}, where="").sizes == (7,)


def test_the_declaration_is_read_once_for_all():
    count = FIELDS["count"]
    assert (count.default, count.help, count.bounds) == (
        1, "Count.", "at least -5, at most 1099511627776",
    )  # fmt: skip
    assert FIELDS["sizes"].is_tuple and FIELDS["sizes"].type is int
    assert FIELDS["maybe_sizes"].is_optional and not FIELDS["sizes"].is_optional
    assert option_fields(NoOptions) == ()


def _classes():
    @dataclass(frozen=True)
    class Plain:
        x: int = 1

    @dataclass(frozen=True)
    class NoDefault:
        x: int = field(metadata={})

    @dataclass(frozen=True)
    class Nested:
        x: dict[str, int] = option(None, help="X.")  # noqa: RUF009

    @dataclass(frozen=True)
    class Pair:
        x: tuple[int, str] = option((1, "a"), help="X.")

    @dataclass(frozen=True)
    class Optional:
        x: int | None = option(3, help="X.")

    class NoDataclass:
        pass

    return [Plain, NoDefault, Nested, Pair, Optional, NoDataclass]


@pytest.mark.parametrize("options", _classes(), ids=lambda kind: kind.__name__)
def test_a_class_that_declares_no_options(options):
    with pytest.raises(TypeError):
        option_fields(options)


def test_an_unknown_name_gives_the_nearest():
    assert unknown_name("m.Sdg", "Sdg", ["sgd", "adam"], "optimizer") == (
        'There is no optimizer "m.Sdg". Did you mean "sgd"?'
    )
    assert unknown_name("zz", "zz", ["sgd", "adam"], "optimizer").endswith("There are: sgd, adam.")
    assert unknown_name("zz", "zz", [], "optimizer").endswith("There are none.")
