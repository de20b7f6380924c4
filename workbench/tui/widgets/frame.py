"""The frame of a dialog: its title above, its keys below."""

from textual.containers import Vertical
from textual.content import Content

from workbench.core.text import printable

_BETWEEN = " · "
_CORNERS = 4


class Frame(Vertical):
    """Where there is no room for all keys those before the last one go: it is the way out."""

    def __init__(self, title: str | Content, *keys: str, classes: str = "") -> None:
        super().__init__(classes=f"dialog {classes}".rstrip())
        self._keys = keys
        self.show_title(title)

    def show_title(self, title: str | Content) -> None:
        """Show this above from now on."""
        words = Content.styled(printable(title), "bold") if isinstance(title, str) else title
        self.border_title = words

    def show_keys(self, *keys: str) -> None:
        """Show these keys below from now on, each as the key and what it does."""
        self._keys = keys
        self._show()

    def on_resize(self) -> None:
        """As many keys as there is room for."""
        self._show()

    def _show(self) -> None:
        words = keys_that_fit(self._keys, self.outer_size.width - _CORNERS)
        self.border_subtitle = Content.styled(words, "$muted")


def keys_that_fit(keys: tuple[str, ...], width: int) -> str:
    """The first keys and the last one in a line at most so wide, or as many as ever possible."""
    shown = list(keys)
    while len(shown) > 1 and Content(_BETWEEN.join(shown)).cell_length > width:
        del shown[-2]
    return _BETWEEN.join(shown)
