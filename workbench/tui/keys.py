"""The keys of each place, read from the bindings themselves."""

from collections.abc import Iterator
from dataclasses import dataclass

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import format_key


@dataclass(frozen=True)
class KeyGroup:
    """Bindings that hold in one place."""

    title: str
    bindings: tuple[Binding, ...]


def bindings_of(owner: type[DOMNode]) -> Iterator[Binding]:
    """The bindings that a class itself declares, those of alternative keys in one."""
    for item in owner.__dict__.get("BINDINGS", ()):
        yield item if isinstance(item, Binding) else Binding(*item)


def key_groups() -> tuple[KeyGroup, ...]:
    """Every place of the application with its keys."""
    from workbench.tui.app import WorkbenchApp
    from workbench.tui.screens.place import PlaceScreen
    from workbench.tui.screens.train import TrainScreen
    from workbench.tui.screens.train.plan import PlanPanel
    from workbench.tui.screens.train.plan.editor import FieldEditor
    from workbench.tui.screens.train.plan.rows import FieldRow, SectionRow

    def group(title: str, *owners: type[DOMNode]) -> KeyGroup:
        return KeyGroup(title, tuple(item for owner in owners for item in bindings_of(owner)))

    return (
        group("Everywhere", WorkbenchApp, PlaceScreen),
        group("Train", TrainScreen),
        group("The plan on the Train screen", PlanPanel, FieldRow, SectionRow, FieldEditor),
    )


def key_text(binding: Binding) -> str:
    """A binding's keys as a person knows them."""
    if binding.key_display:
        return binding.key_display
    return ", ".join(format_key(key.strip()) for key in binding.key.split(","))


def explanation(binding: Binding) -> str:
    """What a binding does, as a sentence."""
    return binding.tooltip or f"{binding.description.capitalize()}."


def key_page() -> Iterator[str]:
    """The lines of ``docs/keys.md``."""
    yield "# Keys"
    yield ""
    yield "A key can be changed by its id in the table `[keys]` of `workbench.toml`, for example"
    yield '`"run.train" = "f5"`. On screen `?` lists the keys of the place, and `ctrl+p` finds any'
    yield "action by its name."
    for group in key_groups():
        yield from (
            "",
            f"## {group.title}",
            "",
            "| key | id | what it does |",
            "| --- | --- | --- |",
        )
        for item in group.bindings:
            cells = (key_text(item), f"`{item.id}`", explanation(item))
            yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
