"""A person's images, brought to what a dataset's are; bad ones are one sentence each."""

import base64
import io
import zlib

import pytest

Image = pytest.importorskip("PIL.Image")
ImageDraw = pytest.importorskip("PIL.ImageDraw")

from workbench.api.errors import UserError  # noqa: E402
from workbench.worker.own_images import Target, find_images, transform_file  # noqa: E402

ON_BLACK = Target(28, 28, 1, is_on_black=True)


def paper(size=(200, 200), ink=20, back=235, mode="L"):
    """A dark bar on bright paper."""
    image = Image.new("L", size, back)
    width, height = size
    ImageDraw.Draw(image).rectangle(
        (width * 0.45, height * 0.2, width * 0.55, height * 0.8), fill=ink
    )
    return image.convert(mode)


@pytest.fixture
def saved(tmp_path):
    def save(image, name="image.png", **options):
        path = tmp_path / name
        image.save(path, **options)
        return path

    return save


def made(transformed, shape=(28, 28)):
    image = Image.frombytes("RGB" if len(shape) == 3 else "L", shape[1::-1], transformed.content)
    assert len(transformed.content) == image.width * image.height * len(image.getbands())
    return image


def names(transformed):
    return [step.name for step in transformed.steps]


def test_each_step_is_shown_with_its_image(saved):
    found = transform_file(saved(paper((300, 200), mode="RGB")), ON_BLACK, "auto")
    assert names(found) == ["original", "grey", "resized", "padded", "inverted"]
    assert found.steps[0].note == "300x200 PNG"
    assert found.steps[0].shape == (171, 256, 3)
    assert [step.shape for step in found.steps][2:] == [(19, 28), (28, 28), (28, 28)]
    for step in found.steps:
        size = len(base64.b64decode(step.pixels))
        assert size == step.shape[0] * step.shape[1] * (step.shape[2] if step.shape[2:] else 1)
    last = base64.b64decode(found.steps[-1].pixels)
    assert last == found.content
    image = made(found)
    assert image.getpixel((14, 14)) > 200  # the bar, bright now
    assert image.getpixel((0, 0)) == image.getpixel((14, 0)) == 20  # padded like the border


def test_an_image_that_is_as_the_datasets_stays_as_it_is(saved):
    image = paper((28, 28), ink=240, back=0)
    found = transform_file(saved(image), ON_BLACK, "auto")
    assert names(found) == ["original"]
    assert found.content == image.tobytes()


@pytest.mark.parametrize(
    ("invert", "back", "is_inverted"),
    [("auto", 235, True), ("auto", 5, False), ("no", 235, False), ("yes", 5, True)],
)
def test_it_is_inverted_where_the_border_is_brighter(saved, invert, back, is_inverted):
    found = transform_file(saved(paper(back=back, ink=128)), ON_BLACK, invert)
    assert found.is_inverted is is_inverted
    assert ("inverted" in names(found)) is is_inverted


def test_a_dataset_that_is_not_on_black_gets_images_as_they_are(saved):
    target = Target(16, 12, 3, is_on_black=False)
    found = transform_file(saved(paper((120, 160))), target, "auto")
    assert names(found) == ["original", "colour", "resized"]
    assert not found.is_inverted
    assert made(found, (16, 12, 3)).getpixel((0, 0)) == (235, 235, 235)


def test_a_plain_image_is_not_inverted(saved):
    assert not transform_file(saved(Image.new("L", (40, 40), 255)), ON_BLACK, "auto").is_inverted


def test_a_transparent_image_is_laid_on_white(saved):
    ink = Image.new("RGBA", (100, 100), (255, 0, 0, 0))
    ImageDraw.Draw(ink).rectangle((40, 20, 60, 80), fill=(0, 0, 0, 255))
    found = transform_file(saved(ink), ON_BLACK, "auto")
    assert names(found) == ["original", "opaque", "grey", "resized", "inverted"]
    image = made(found)
    assert image.getpixel((0, 0)) == 0
    assert image.getpixel((14, 14)) == 255
    palette = ink.quantize(4)
    palette.info["transparency"] = 0
    assert "opaque" in names(transform_file(saved(palette, "p.gif"), ON_BLACK, "auto"))


def test_a_turned_photograph_is_set_upright(saved):
    image = Image.new("L", (60, 30), 0)
    image.paste(255, (0, 0, 30, 30))
    tag = Image.Exif()
    tag[0x0112] = 6  # turned by a quarter
    found = transform_file(saved(image, "a.jpg", exif=tag, quality=95), ON_BLACK, "no")
    shown = made(found)
    assert found.steps[0].shape == (60, 30)
    assert shown.getpixel((14, 5)) > 200
    assert shown.getpixel((14, 22)) < 50


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixel(saved, mode):
    grey = paper((56, 56))
    if mode == "I;16":
        image = Image.frombytes("I;16", grey.size, bytes(v for p in grey.tobytes() for v in (0, p)))
    else:
        image = grey.convert(mode)
    found = made(transform_file(saved(image, "image.tif"), ON_BLACK, "auto"))
    assert abs(found.getpixel((13, 13)) - 235) < 24
    assert abs(found.getpixel((1, 1)) - 20) < 24


def test_a_large_jpeg_is_decoded_smaller(saved):
    image = paper((10_000, 10_000))
    found = transform_file(saved(image, "large.jpg"), ON_BLACK, "auto")
    assert found.steps[0].note == "10,000x10,000 JPEG"
    assert made(found).getpixel((14, 14)) > 200


def png_header(width, height):
    """A PNG file that says how large it is, and holds almost nothing."""

    def chunk(kind, body):
        return (
            len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")
        )

    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    head = chunk(b"IHDR", size + b"\x08\x00\x00\x00\x00")
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def png(image):
    content = io.BytesIO()
    image.save(content, "PNG")
    return content.getvalue()


BAD = {
    "text": (b"no image at all", r"is not an image \(or not PNG, JPEG"),
    "empty": (b"", "is not an image"),
    "program": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is not an image"),
    "cut short": (png(Image.effect_noise((64, 64), 90))[:900], "can't be read as an image"),
    "large": (png_header(10_000, 10_000), "is too large with 10,000x10,000 pixels; make it small"),
    "bomb": (png_header(60_000, 60_000), "is too large with far more pixels"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_can_not_be_predicted_is_one_sentence(tmp_path, name):
    content, reason = BAD[name]
    path = tmp_path / "bad.png"
    path.write_bytes(content)
    with pytest.raises(UserError, match=reason) as caught:
        transform_file(path, ON_BLACK, "auto")
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UserError, match=r"There is no file .*none\.png"):
        transform_file(tmp_path / "none.png", ON_BLACK, "auto")


def test_folders_give_their_images_in_order(tmp_path, saved):
    for name in ("b.png", "a.JPG", "note.txt"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "inner").mkdir()
    other = str(tmp_path / "x.bin")
    found = find_images((other, str(tmp_path)))
    assert [path.name for path in found] == ["x.bin", "a.JPG", "b.png"]
    with pytest.raises(UserError, match="has no images"):
        find_images((str(tmp_path / "inner"),))
