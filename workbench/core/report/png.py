"""Small images as PNG inside the page, made with the standard library."""

import base64
import binascii
import math
import struct
import zlib

_COLOR_TYPES = {1: 0, 3: 2, 4: 6}


def data_uri(shape: tuple[int, ...], pixels: str) -> str:
    """A sample's uint8 image in base64 as a ``data:`` address; empty if it is none."""
    try:
        content = base64.b64decode(pixels, validate=True)
    except binascii.Error:
        return ""
    made = png_bytes(shape, content)
    return f"data:image/png;base64,{base64.b64encode(made).decode()}" if made else ""


def png_bytes(shape: tuple[int, ...], content: bytes) -> bytes:
    """A PNG file of uint8 bytes ``(height, width)`` or ``(height, width, 1, 3 or 4)``."""
    channels = shape[2] if len(shape) == 3 else 1
    if (
        len(shape) not in (2, 3)
        or channels not in _COLOR_TYPES
        or not content
        or math.prod(shape) != len(content)
    ):
        return b""
    height, width = shape[:2]
    row = width * channels
    lines = b"".join(b"\0" + content[at : at + row] for at in range(0, len(content), row))
    head = struct.pack(">IIBBBBB", width, height, 8, _COLOR_TYPES[channels], 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(lines, 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
