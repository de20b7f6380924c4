import gzip
import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.core.data import idx

shapes = st.lists(st.integers(1, 5), max_size=3).map(tuple)


@st.composite
def idx_contents(draw):
    shape = draw(shapes)
    count = draw(st.integers(0, 6))
    size = count * math.prod(shape)
    return shape, count, idx.header(count, shape) + draw(st.binary(min_size=size, max_size=size))


@given(idx_contents())
def test_what_is_written_is_read_gzipped_or_not(made):
    shape, count, content = made
    for stored in (content, gzip.compress(content)):
        unpacked = idx.unpack(stored, len(content))
        assert unpacked == content
        assert idx.check(unpacked, shape, count) == count


@given(idx_contents(), st.data())
def test_a_file_cut_anywhere_is_refused(made, data):
    shape, _, content = made
    cut = content[: data.draw(st.integers(0, len(content) - 1))]
    with pytest.raises(idx.IdxError):
        idx.check(cut, shape)


@given(idx_contents(), st.data())
def test_gzip_cut_anywhere_is_refused(made, data):
    shape, _, content = made
    packed = gzip.compress(content)
    cut = packed[: data.draw(st.integers(0, len(packed) - 1))]
    with pytest.raises(idx.IdxError):
        idx.check(idx.unpack(cut, len(content)), shape)


@given(idx_contents(), st.binary(min_size=1, max_size=9))
def test_bytes_after_the_end_are_refused(made, extra):
    shape, _, content = made
    with pytest.raises(idx.IdxError, match="after its last item"):
        idx.check(content + extra, shape)
    with pytest.raises(idx.IdxError, match="after the end of its gzip data"):
        idx.unpack(gzip.compress(content) + extra, len(content))


@given(st.binary(max_size=40), shapes)
def test_any_bytes_are_either_checked_or_refused(content, shape):
    try:
        count = idx.check(idx.unpack(content, 1000), shape)
    except idx.IdxError as error:
        assert str(error)
    else:
        assert content == idx.header(count, shape) + content[idx.header_size(shape) :]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (b"<html>", "it begins with 3c 68 74 6d"),
        (b"\0\0\x08\0", "it has no dimensions"),
        (b"\0\0\x0d\x01" + struct.pack(">I", 0), "IDX type 0x0d"),
        (b"\0\0\x08\x03\0\0", "ends within its header"),
        (idx.header(2, (4,)) + bytes(8), "items of 4, not of 3x2"),
        (idx.header(2, ()) + bytes(2), "items of one value, not of 3x2"),
        (idx.header(5, (3, 2)) + bytes(30), "has 5 items, not 2"),
        (idx.header(2, (3, 2)) + bytes(11), "it has 27 of 28 bytes"),
    ],
)
def test_the_message_says_what_is_wrong(content, words):
    with pytest.raises(idx.IdxError, match=words):
        idx.check(content, (3, 2), 2)


def test_a_gzip_bomb_is_not_unpacked():
    with pytest.raises(idx.IdxError, match="more than 1,000 bytes"):
        idx.unpack(gzip.compress(bytes(10_000_000)), 1000)


def test_damaged_gzip_data_is_refused():
    packed = bytearray(gzip.compress(bytes(range(200))))
    packed[20] ^= 0xFF
    with pytest.raises(idx.IdxError, match="can't be unpacked"):
        idx.unpack(bytes(packed), 1000)


def test_a_label_beyond_the_classes_is_refused():
    content = idx.header(3, ()) + bytes([0, 2, 3])
    idx.check_labels(content, 4)
    with pytest.raises(idx.IdxError, match="label 3 at item 2, but the classes are 0 to 2"):
        idx.check_labels(content, 3)
