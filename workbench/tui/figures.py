"""Numbers as short as the screens need them."""

import math


def clock_text(seconds: float) -> str:
    """A span of time as ``0:05`` or ``1:02:03``."""
    whole = max(0, round(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def age_text(seconds: float) -> str:
    """How long ago: ``now``, ``5 min``, ``3 h`` or ``12 d``."""
    if seconds < 60:
        return "now"
    if seconds < 3600:
        return f"{int(seconds / 60)} min"
    if seconds < 86400:
        return f"{int(seconds / 3600)} h"
    return f"{int(seconds / 86400)} d"


def count_text(value: float) -> str:
    """A count in at most five characters: ``834``, ``36.4k``, ``1.2M``."""
    for limit, divisor, suffix in ((1e3, 1.0, ""), (1e6, 1e3, "k"), (1e9, 1e6, "M")):
        if value < limit * 0.9995:
            scaled = value / divisor
            return (
                f"{scaled:.0f}{suffix}" if not suffix or scaled >= 100 else f"{scaled:.1f}{suffix}"
            )
    return f"{value / 1e9:.1f}G"


def loss_text(value: float | None) -> str:
    """A loss with four decimals; a dash where there is none yet."""
    if value is None:
        return "–"
    return f"{value:.4f}" if math.isfinite(value) else str(value)


def memory_text(used_bytes: int, total_bytes: int) -> str:
    """Memory in use of all, in GiB: ``3.1/23.5 GiB``."""
    return f"{used_bytes / 2**30:.1f}/{total_bytes / 2**30:.1f} GiB"
