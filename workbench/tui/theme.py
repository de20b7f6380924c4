"""The workbench's own theme, and colours that every theme needs here."""

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


def derived_colors(theme: Theme) -> dict[str, str]:
    """What the stylesheets use beside Textual's own names, mixed from a theme's colours.

    ``muted`` is for words that explain, ``faint`` for lines between things, ``band`` for
    the noise around a curve.
    """
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
