import base64
import io

import pytest

from workbench.core.report.png import data_uri, png_bytes

Image = pytest.importorskip("PIL.Image")


@pytest.mark.parametrize(
    ("shape", "mode"),
    [((5, 7), "L"), ((5, 7, 1), "L"), ((5, 7, 3), "RGB"), ((5, 7, 4), "RGBA")],
)
def test_it_is_read_back_as_it_was(shape, mode):
    channels = shape[2] if len(shape) == 3 else 1
    content = bytes((37 * i) % 256 for i in range(35 * channels))
    image = Image.open(io.BytesIO(png_bytes(shape, content)))
    assert (image.format, image.mode, image.size) == ("PNG", mode, (7, 5))
    assert image.tobytes() == content


@pytest.mark.parametrize("shape", [(5,), (2, 3), (2, 2, 2), (0, 0)])
def test_what_is_no_image_gives_nothing(shape):
    assert png_bytes(shape, b"abcd") == b""


def test_as_an_address():
    address = data_uri((1, 1), base64.b64encode(b"\x80").decode())
    assert address.startswith("data:image/png;base64,iVBOR")
    assert data_uri((1, 1), "not base64!") == ""
    assert data_uri((6,), "") == ""
