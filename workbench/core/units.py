"""Numbers with units, as a person reads them."""

_BYTE_UNITS = ("KiB", "MiB", "GiB", "TiB")


def bytes_text(count: int) -> str:
    """A number of bytes, e.g. ``2.6 MiB``."""
    if count < 1024:
        return f"{count} bytes"
    value = float(count)
    for unit in _BYTE_UNITS:
        value /= 1024
        if value < 999.5 or unit == _BYTE_UNITS[-1]:
            break
    return f"{value:.1f} {unit}" if value < 99.95 else f"{value:.0f} {unit}"


def duration_text(seconds: float) -> str:
    """A span of time: ``8.3 s``, ``5:02 min`` or ``1:05:02 h``."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02d}:{rest:02d} h" if hours else f"{minutes}:{rest:02d} min"


def percent_text(share: float) -> str:
    """A share from 0 to 1, e.g. ``64.7%``."""
    return f"{100 * share:.1f}%"
