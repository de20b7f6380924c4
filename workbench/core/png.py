"""Writing grey images as PNG files."""

import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png_bytes(width: int, height: int, pixels: bytes) -> bytes:
    """A PNG file of an 8-bit grey image whose rows follow each other."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = b"".join(b"\0" + pixels[y * width : (y + 1) * width] for y in range(height))
    parts = (_chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(rows, 9)), _chunk(b"IEND", b""))
    return _SIGNATURE + b"".join(parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)
