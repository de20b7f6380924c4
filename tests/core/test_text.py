import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.core.text import display_width, printable, visible
from workbench.core.units import bytes_text, duration_text, percent_text


@given(st.text())
def test_nothing_that_a_terminal_obeys_is_left(text):
    for safe in (visible(text), printable(text)):
        assert safe.isprintable()


@given(st.text("aé漢 ,.-\"'"))
def test_plain_text_stays_as_it_is(text):
    assert visible(text) == text


def test_what_is_written_out():
    assert visible("a\x1b[31m\n\x9b\u202e b") == "a\\x1b[31m\\x0a\\x9b\\u202e b"
    assert visible(" Accuracy: 5%, ") == " Accuracy: 5%, "
    assert visible("\udcff") == "\\udcff"


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("abc", 3), ("漢字", 4), ("e\u0301", 1), ("é", 1), ("▆▁", 2)]
)
def test_width(text, columns):
    assert display_width(text) == columns


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1.0 KiB"),
        (1023 * 1024, "1.0 MiB"),
        (2_700_000, "2.6 MiB"),
        (300 * 2**20, "300 MiB"),
        (2**50, "1024 TiB"),
    ],
)
def test_bytes(count, text):
    assert bytes_text(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0 s"),
        (8.26, "8.3 s"),
        (59.94, "59.9 s"),
        (59.96, "1:00 min"),
        (302, "5:02 min"),
        (3599.6, "1:00:00 h"),
        (3902, "1:05:02 h"),
    ],
)
def test_durations(seconds, text):
    assert duration_text(seconds) == text


def test_percentages():
    assert percent_text(0.6466) == "64.7%"
    assert percent_text(1) == "100.0%"
