"""The workbench's own themes, and colours that every theme needs here."""

from typing import Any

from textual.color import Color
from textual.theme import Theme

WORKBENCH = Theme(
    name="workbench",
    primary="#56d4bc",
    secondary="#f0b56b",
    accent="#56d4bc",
    foreground="#d9e0e8",
    background="#0e1217",
    surface="#131920",
    panel="#1c242d",
    success="#7fd18b",
    warning="#e9c46a",
    error="#f2777a",
    dark=True,
    variables={
        "block-cursor-background": "#24453f",
        "block-cursor-foreground": "#e9f5f2",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#1c242d",
        "input-selection-background": "#56d4bc 30%",
        "footer-key-foreground": "#56d4bc",
        "scrollbar": "#2a3541",
        "scrollbar-hover": "#3a4856",
        "scrollbar-active": "#56d4bc",
        "scrollbar-background": "#0e1217",
        "scrollbar-background-hover": "#0e1217",
        "scrollbar-background-active": "#0e1217",
        "scrollbar-corner-color": "#0e1217",
    },
)

_ANSI_SCROLLBARS = {
    f"scrollbar-{part}": "ansi_black"
    for part in ("background", "background-hover", "background-active", "corner-color")
}

# Black is said, not the terminal's default: only so is it known what can be read on it.
SIXTEEN = Theme(
    name="workbench-16",
    ansi=True,
    primary="ansi_cyan",
    secondary="ansi_yellow",
    accent="ansi_bright_cyan",
    foreground="ansi_bright_white",
    background="ansi_black",
    surface="ansi_black",
    panel="ansi_black",
    boost="ansi_black",
    success="ansi_green",
    warning="ansi_yellow",
    error="ansi_bright_red",
    variables={
        **_ANSI_SCROLLBARS,
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_bright_white",
        "border-blurred": "ansi_bright_black",
        "scrollbar": "ansi_bright_black",
        "scrollbar-hover": "ansi_white",
        "scrollbar-active": "ansi_cyan",
        "block-cursor-background": "ansi_blue",
        "block-cursor-foreground": "ansi_bright_white",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "ansi_blue",
        "input-cursor-background": "ansi_white",
        "input-cursor-foreground": "ansi_black",
        "input-selection-background": "ansi_blue",
        "footer-key-foreground": "ansi_bright_cyan",
    },
)

_COLORS = ("primary", "secondary", "accent", "foreground", "background", "surface", "panel")
_MORE_COLORS = ("boost", "success", "warning", "error")

_PLAIN: dict[str, Any] = dict.fromkeys((*_COLORS, *_MORE_COLORS), "ansi_default")

MONO = Theme(
    name="workbench-mono",
    ansi=True,
    **_PLAIN,
    variables={
        **dict.fromkeys(_ANSI_SCROLLBARS, "ansi_default"),
        **dict.fromkeys(("ansi-background", "ansi-foreground", "border-blurred"), "ansi_default"),
        **dict.fromkeys(("scrollbar", "scrollbar-hover", "scrollbar-active"), "ansi_default"),
        "block-cursor-background": "ansi_default",
        "block-cursor-foreground": "ansi_default",
        "block-cursor-text-style": "bold reverse",
        "block-cursor-blurred-background": "ansi_default",
        "block-cursor-blurred-text-style": "reverse",
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "reverse",
        "input-selection-background": "ansi_default",
        "footer-key-foreground": "ansi_default",
    },
)

THEMES = (WORKBENCH, SIXTEEN, MONO)


def derived_colors(theme: Theme) -> dict[str, str]:
    """What the stylesheets use beside Textual's own names, mixed from a theme's colours.

    ``muted`` is for words that explain, ``faint`` for lines between things, ``band`` for
    the noise around a curve.
    """
    if theme is MONO:
        return dict.fromkeys(("muted", "faint", "band"), "ansi_default")
    if theme is SIXTEEN:
        # Bright black is the background of some terminals, and can't be read on a blue cursor.
        return {"muted": "ansi_white", "faint": "ansi_bright_black", "band": "ansi_blue"}
    if theme.ansi:
        return {"muted": "ansi_default 60%", "faint": "ansi_bright_black", "band": "ansi_cyan"}
    fallback = ("#e0e0e0", "#121212") if theme.dark else ("#1f1f1f", "#efefef")
    foreground = Color.parse(theme.foreground or fallback[0])
    background = Color.parse(theme.background or fallback[1])
    primary = Color.parse(theme.primary)
    return {
        "muted": background.blend(foreground, 0.58).hex,
        "faint": background.blend(foreground, 0.22).hex,
        "band": background.blend(primary, 0.42).hex,
    }
