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


def load_time_text(seconds: float) -> str:
    """How long something took that takes milliseconds as a rule: ``11 ms`` or ``10.0 s``."""
    return f"{1000 * seconds:.0f} ms" if seconds < 0.9995 else duration_text(seconds)


def percent_text(share: float | None) -> str:
    """A share from 0 to 1, e.g. ``64.7%``; a dash where there is none."""
    return "–" if share is None else f"{100 * share:.1f}%"


def score_text(accuracy: float | None, error: float | None) -> str:
    """How good a model is: its accuracy, or the mean absolute error of a regression.

    A dash where neither was measured.
    """
    return percent_text(accuracy) if error is None else f"MAE {error:.4g}"


def short_score_text(accuracy: float | None, error: float | None) -> str:
    """The same in at most seven columns: ``64.7%`` or ``±0.123``."""
    if error is None:
        return percent_text(accuracy)
    text = f"{error:.3g}"
    return f"±{text}" if len(text) <= 6 else f"±{error:.0e}"
