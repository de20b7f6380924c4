import base64

import pytest
from PIL import Image as PilImage

from workbench.core.images import (
    ASCII_SHADES,
    Image,
    decode_image,
    fit,
    half_blocks,
    image_from_bytes,
    resize,
    shades,
)


def grey(width, height, values):
    return Image(width, height, tuple((value,) * 3 for value in values))


def test_a_grey_image_from_base64():
    image = decode_image((2, 3), base64.b64encode(bytes(range(6))).decode())
    assert image == grey(3, 2, range(6))


def test_a_colour_image_row_by_row():
    image = image_from_bytes((1, 2, 3), bytes([1, 2, 3, 4, 5, 6]))
    assert image is not None
    assert image.pixels == ((1, 2, 3), (4, 5, 6))


@pytest.mark.parametrize(
    ("shape", "pixels"),
    [((2, 2), "AAAA"), ((4,), "AAAAAA=="), ((2, 2), "not base64!"), ((0, 0), "")],
)
def test_bytes_that_are_no_image_give_none(shape, pixels):
    assert decode_image(shape, pixels) is None


def test_halving_takes_the_mean_of_four_pixels():
    assert resize(grey(2, 2, [0, 100, 100, 200]), 1, 1).pixels == ((100, 100, 100),)


@pytest.mark.parametrize("factor", [2, 4, 7])
def test_resizing_agrees_with_pillow(factor):
    values = [(x * 9 + y * 5) % 256 for y in range(28) for x in range(28)]
    side = 28 // factor
    ours = resize(grey(28, 28, values), side, side)
    pillow = PilImage.frombytes("L", (28, 28), bytes(values)).reduce(factor)
    assert all(
        abs(ours.at(x, y)[0] - pillow.getpixel((x, y))) <= 1
        for y in range(side)
        for x in range(side)
    )


def test_fitting_keeps_the_proportions_and_never_enlarges():
    image = grey(28, 28, [0] * 784)
    assert (fit(image, 12, 9).width, fit(image, 12, 9).height) == (12, 12)
    assert fit(image, 100, 100) is image


def test_a_cell_holds_two_rows_and_an_odd_last_row_is_black_below():
    cells = half_blocks(grey(1, 3, [10, 20, 30]))
    assert cells == [[((10,) * 3, (20,) * 3)], [((30,) * 3, (0,) * 3)]]


def test_shades_rise_with_brightness():
    levels = shades(grey(10, 2, [*range(0, 256, 28)] * 2), ASCII_SHADES)
    assert levels == [ASCII_SHADES] and ASCII_SHADES.isascii()
    assert shades(grey(5, 2, [0, 60, 120, 180, 255] * 2)) == [" ░▒▓█"]
