"""The IDX format: a big-endian header of dimensions, then unsigned bytes."""

import math
import struct
import zlib

UNSIGNED_BYTE = 0x08
GZIP_MAGIC = b"\x1f\x8b"


class IdxError(ValueError):
    """A file is not as it should be; the message goes on a sentence that begins with its name."""


def header(count: int, item_shape: tuple[int, ...]) -> bytes:
    """The header of ``count`` items of unsigned bytes."""
    dimensions = (count, *item_shape)
    return struct.pack(
        f">BBBB{len(dimensions)}I", 0, 0, UNSIGNED_BYTE, len(dimensions), *dimensions
    )


def header_size(item_shape: tuple[int, ...]) -> int:
    """The length of a header in bytes."""
    return 4 + 4 * (1 + len(item_shape))


def unpack(content: bytes, max_bytes: int) -> bytes:
    """Gunzip one gzip member of at most ``max_bytes``; what isn't gzip is returned as it is.

    Raises :class:`IdxError`.
    """
    if not content.startswith(GZIP_MAGIC):
        return content
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        unpacked = unpacker.decompress(content, max_bytes + 1)
    except zlib.error:
        raise IdxError("is damaged: its gzip data can't be unpacked") from None
    if len(unpacked) > max_bytes:
        raise IdxError(f"is too long: it unpacks to more than {max_bytes:,} bytes")
    if not unpacker.eof:
        raise IdxError("is cut short: its gzip data ends too early")
    if unpacker.unused_data:
        raise IdxError(f"has {len(unpacker.unused_data):,} bytes after the end of its gzip data")
    return unpacked


def check(content: bytes, item_shape: tuple[int, ...], count: int | None = None) -> int:
    """Check an unpacked file's header and length; return its number of items.

    ``item_shape`` is ``()`` for labels. ``count`` is how many items there must be, if that
    is known. Raises :class:`IdxError`.
    """
    found_count, found_shape = _read_header(content)
    if found_shape != item_shape:
        raise IdxError(f"has items of {_shown(found_shape)}, not of {_shown(item_shape)}")
    if count is not None and found_count != count:
        raise IdxError(f"has {found_count:,} items, not {count:,}")
    expected = header_size(item_shape) + found_count * math.prod(item_shape)
    if len(content) < expected:
        raise IdxError(f"is cut short: it has {len(content):,} of {expected:,} bytes")
    if len(content) > expected:
        raise IdxError(f"has {len(content) - expected:,} bytes after its last item")
    return found_count


def check_labels(content: bytes, num_classes: int) -> None:
    """Check that each label of a checked file is a class. Raises :class:`IdxError`."""
    labels = content[header_size(()) :]
    highest = max(labels, default=0)
    if highest >= num_classes:
        raise IdxError(
            f"has the label {highest} at item {labels.index(highest):,}, "
            f"but the classes are 0 to {num_classes - 1}"
        )


def _read_header(content: bytes) -> tuple[int, tuple[int, ...]]:
    """The number of items and the shape of one."""
    if len(content) < 4 or content[:2] != b"\0\0":
        found = f"it begins with {content[:4].hex(' ')}" if content else "it is empty"
        raise IdxError(f"is not an IDX file ({found})")
    value_type, dimensions = content[2], content[3]
    if value_type != UNSIGNED_BYTE:
        raise IdxError(f"holds values of the IDX type 0x{value_type:02x}, not unsigned bytes")
    if dimensions == 0:
        raise IdxError("is not an IDX file (it has no dimensions)")
    if len(content) < 4 + 4 * dimensions:
        raise IdxError("is cut short: it ends within its header")
    count, *shape = struct.unpack_from(f">{dimensions}I", content, 4)
    return count, tuple(shape)


def _shown(shape: tuple[int, ...]) -> str:
    return "x".join(str(length) for length in shape) if shape else "one value"
