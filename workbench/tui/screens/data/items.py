"""How an item looks in the grid."""

from textual.content import Content

from workbench.api.specs import DatasetSpec
from workbench.core.data.summary import label_text
from workbench.core.text import printable
from workbench.tui.screens.data.looking import Item
from workbench.tui.widgets.picture_grid import Picture

_INDEX, _WIDEST_CLASS, _VALUE = 7, 14, 9


def picture_of(spec: DatasetSpec, item: Item) -> Picture:
    """A picture over the class, or a line with the class and the values."""
    name = printable(label_text(spec, item.item))
    if item.image is not None:
        return Picture(item.small, ((name, "foreground"),))
    values = [f"{value:.4g}" for value in item.item.values]
    return Picture(None, ((_line(spec, str(item.item.index), name, values), "foreground"),))


def table_head(spec: DatasetSpec) -> Content:
    """The names of the columns of the items that are no images."""
    names = [f"x{index}" for index in range(min(64, spec.shape[0] if spec.shape else 0))]
    label = "value" if spec.task == "regression" else "class"
    return Content.styled(_line(spec, "index", label, names), "$muted")


def _line(spec: DatasetSpec, index: str, name: str, values: list[str]) -> str:
    width = min(
        _WIDEST_CLASS, max([5, *(len(printable(item)) for item in spec.classes or ("x" * 10,))])
    )
    cells = "".join(f"{value:>{_VALUE}}" for value in values)
    return f"{index:>{_INDEX}}  {name:<{width}.{width}}{cells}"
