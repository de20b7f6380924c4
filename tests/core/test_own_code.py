"""What a function may give as a dataset, and how a plan says where it is."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.api.errors import UserError
from workbench.api.options import AnyOptions, options_to_dict, parse_options
from workbench.core import own_code
from workbench.core.own_code import code_entry, entry_parts, is_place, own_spec, places

np = pytest.importorskip("numpy")
MADE = None


def made():
    return MADE


def load(value):
    global MADE
    MADE = value
    place = f"{__name__}:made"
    return own_code._dataset(place, made())


NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,8}(\.[a-z]{1,5})?:[a-z_]{1,8}", fullmatch=True)


@given(NAMES, st.text("abc:/ .", max_size=8))
def test_an_entry_gives_folder_and_place_back(place, folder):
    entry = code_entry(Path("/", folder), place)
    assert entry_parts(entry) == (str(Path("/", folder)), place)


@pytest.mark.parametrize("name", ["mlp", "my-plugin:mlp", "a:b:c", ":b", "a:", "a.py:b c", "1:b"])
def test_other_names_are_no_places(name):
    assert not is_place(name)


def test_a_qualified_name_of_a_plugin_is_no_code():
    document = {"model": {"name": "pytorch:mlp"}, "optimizer": {"name": "mine:lion"}}
    assert places(document, ["pytorch"]) == ["mine:lion"]


def test_options_are_as_given():
    options = parse_options(AnyOptions, {"hidden": [1, 2], "deep": {"x": 1}}, where="model.")
    assert options.hidden == [1, 2]
    assert options_to_dict(options) == {"hidden": [1, 2], "deep": {"x": 1}}
    assert own_spec("model", "mine:build", "pytorch").options is AnyOptions


def test_pairs_of_arrays_say_what_they_are():
    images = np.zeros((6, 8, 8), np.uint8)
    info = load(((images, np.arange(6) % 3), (images[:3], np.arange(3)))).info
    assert (info.kind, info.shape, info.task, info.classes) == (
        "image", (8, 8), "multiclass", ("0", "1", "2"),
    )  # fmt: skip
    points = np.zeros((6, 2), np.float32)
    named = {"train": (points, np.zeros(6)), "test": (points, np.ones((6, 1)))}
    info = load(named).info
    assert (info.kind, info.task, info.targets, info.classes) == (
        "vector",
        "regression",
        ("y0",),
        (),
    )


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (None, "gives a NoneType"),
        ({"train": 3, "test": 4}, 'gives a int in "train"'),
        (((np.zeros(3), np.zeros(3)), (np.zeros(3), np.zeros(3))), "more than one dimension"),
        (((np.zeros((3, 4, 4)), np.arange(3)),) * 2, "return uint8 images"),
    ],
)
def test_what_is_no_dataset_is_refused(value, sentence):
    with pytest.raises(UserError, match=sentence):
        load(value)
