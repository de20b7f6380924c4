"""Titles in the frame of a widget."""

from textual.content import Content
from textual.widget import Widget


def set_titles(widget: Widget, title: Content, subtitle: Content | None = None) -> None:
    """Set them where they changed: for each one set, Textual draws the whole widget anew."""
    if widget.border_title != title.markup:
        widget.border_title = title
    if subtitle is not None:
        set_subtitle(widget, subtitle)


def set_subtitle(widget: Widget, subtitle: Content) -> None:
    """The lower one alone."""
    if widget.border_subtitle != subtitle.markup:
        widget.border_subtitle = subtitle
