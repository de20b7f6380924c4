"""Images through kitty's graphics protocol."""

import base64
import re
import zlib

import pytest
from rich.cells import cell_len
from rich.style import Style

from workbench.core.images import Image
from workbench.tui.app import WorkbenchApp
from workbench.tui.graphics.kitty import Graphics, _table
from workbench.tui.widgets.picture import Painter

RGB = bytes(range(2 * 3 * 3))  # three rows of two pixels


@pytest.fixture
def sent():
    return []


@pytest.fixture
def graphics(sent):
    return Graphics(sent.append, 0xABCD00)


def fields(sequence):
    head = re.match(r"\x1b_G([^;]*);", sequence)[1]
    return dict(part.split("=") for part in head.split(","))


def content(sequences):
    parts = [re.fullmatch(r"\x1b_G[^;]*;([^\x1b]*)\x1b\\", item)[1] for item in sequences]
    return zlib.decompress(base64.b64decode("".join(parts)))


def test_the_pixels_are_sent_once_and_enlarged_with_sharp_edges(graphics, sent):
    graphics.cells(RGB, 2, 3, 4, 3, Style())
    graphics.cells(RGB, 2, 3, 4, 3, Style())
    (sequence,) = sent
    told = fields(sequence)
    assert {name: told[name] for name in "aUqfocrm"} == {
        "a": "T",
        "U": "1",
        "q": "2",
        "f": "24",
        "o": "z",
        "c": "4",
        "r": "3",
        "m": "0",
    }
    width, height = int(told["s"]), int(told["v"])
    assert (width % 2, height % 3, width // 2) == (0, 0, height // 3)
    pixels = content(sent)
    assert len(pixels) == 3 * width * height
    times = width // 2
    assert pixels[: 3 * times] == RGB[:3] * times
    assert pixels[-3 * times :] == RGB[-3:] * times


def test_large_images_come_in_chunks_that_say_which_is_the_last(graphics, sent):
    noise = zlib.compress(bytes(200)) + bytes((i * i * 31 + i // 7) % 256 for i in range(29_989))
    noise = noise[:30_000]
    graphics.cells(noise, 100, 100, 40, 20, Style())
    assert len(sent) > 1
    assert [fields(item)["m"] for item in sent] == ["1"] * (len(sent) - 1) + ["0"]
    assert all(len(item) < 4300 for item in sent)
    assert content(sent)[:3] == noise[:3]


def test_each_cell_says_which_part_of_which_image_it_is(graphics, sent):
    rows = graphics.cells(RGB, 2, 3, 4, 3, Style())
    number = int(fields(sent[0])["i"])
    assert [len(row) for row in rows] == [4, 4, 4]
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            assert cell.text == "\U0010eeee" + _table()[y] + _table()[x]
            assert cell.cell_length == 1
            red, green, blue = cell.style.color.triplet
            assert red << 16 | green << 8 | blue == number


def test_the_diacritics_take_no_room():
    assert len(set(_table())) == len(_table()) > 120
    assert {cell_len(mark) for mark in _table()} == {0}


def test_what_was_not_shown_for_long_is_freed_and_in_the_end_all(graphics, sent):
    for value in range(201):
        graphics.cells(bytes([value] * 3), 1, 1, 1, 1, Style())
    first = fields(sent[0])["i"]
    freed = [fields(item) for item in sent if "a=d" in item]
    assert [item["i"] for item in freed] == [first]
    sent.clear()
    graphics.forget()
    assert len(sent) == 200 and all("a=d,d=I" in item for item in sent)


def test_a_picture_keeps_its_proportions_and_fills_the_room(session, graphics):
    app = WorkbenchApp(session)
    app.graphics = graphics
    image = Image(4, 2, ((0, 0, 0), (255, 0, 0)) * 4)
    rows = Painter(app, Style()).drawn(image, 20, 20)
    assert (len(rows), {len(row) for row in rows}) == (5, {20})
    small = Painter(app, Style()).drawn(image, 20, 20, is_enlarged=False)
    assert (len(small), len(small[0])) == (1, 4)
