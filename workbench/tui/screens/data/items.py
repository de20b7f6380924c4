"""How an item looks in the grid."""

from textual.content import Content

from workbench.api.specs import DatasetSpec
from workbench.core.data.summary import label_text
from workbench.core.text import printable
from workbench.tui.screens.data.looking import Item, View
from workbench.tui.widgets.picture_grid import Picture

_INDEX, _WIDEST_CLASS, _VALUE, _TARGET = 7, 14, 9, 10


def picture_of(spec: DatasetSpec, item: Item) -> Picture:
    """A picture over the class, or a line with the class and the values."""
    name = printable(label_text(spec, item.item))
    if item.image is not None:
        return Picture(item.small, ((name, "foreground"),))
    values = [f"{value:.4g}" for value in item.item.values]
    labels = [f"{value:.6g}" for value in item.item.targets] or [name]
    return Picture(None, ((_line(spec, str(item.item.index), labels, values), "foreground"),))


def items_title(spec: DatasetSpec, view: View, page: range, total: int) -> Content:
    """Which items are shown, and which page of them."""
    whole = "all items" if spec.task == "regression" else "all classes"
    name = whole if view.label is None else printable(spec.classes[view.label])
    where = f"{page.start + 1:,}–{page.stop:,} of {total:,}" if total else ""
    return Content.assemble(
        (printable(view.split), "bold"), (f" · {name}  ", "$foreground"), (where, "$muted")
    )


def table_head(spec: DatasetSpec) -> Content:
    """The names of the columns of the items that are no images."""
    names = [f"x{index}" for index in range(min(64, spec.shape[0] if spec.shape else 0))]
    labels = [printable(name) for name in spec.targets] or ["class"]
    return Content.styled(_line(spec, "index", labels, names), "$muted")


def _line(spec: DatasetSpec, index: str, labels: list[str], values: list[str]) -> str:
    """The targets of a regression are numbers too, before the features."""
    cells = "".join(f"{value:>{_VALUE}}" for value in values)
    if spec.task == "regression":
        widths = [min(_WIDEST_CLASS, max(_TARGET, len(printable(name)))) for name in spec.targets]
        named = "".join(
            f"  {label:>{width}.{width}}" for label, width in zip(labels, widths, strict=True)
        )
        return f"{index:>{_INDEX}}{named}  {cells}"
    width = min(_WIDEST_CLASS, max([5, *(len(printable(item)) for item in spec.classes)]))
    return f"{index:>{_INDEX}}  {labels[0]:<{width}.{width}}{cells}"
