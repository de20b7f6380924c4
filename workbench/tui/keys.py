"""The keys of each place, read from the bindings themselves."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import format_key

from workbench.tui.places import PLACES


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
    """Every place of the application with its keys, found among its classes."""
    from workbench.tui.app import WorkbenchApp
    from workbench.tui.screens.place import PlaceScreen

    screens = {place.title: place.screen_class for place in PLACES}
    _import_all()
    owners = sorted(_owners(DOMNode), key=lambda owner: (owner.__module__, owner.__qualname__))
    groups = [_group("Everywhere", [WorkbenchApp, PlaceScreen])]
    shown = {WorkbenchApp, PlaceScreen}
    for place in PLACES:
        screen = screens[place.title]
        inside = f"workbench.tui.screens.{place.name}."
        members = [owner for owner in owners if owner.__module__.startswith(inside)]
        members.sort(key=lambda owner: owner is not screen)
        shown.update(members)
        groups.append(_group(place.title, members))
    groups.append(_group("Dialogs and lists", [item for item in owners if item not in shown]))
    return tuple(group for group in groups if group.bindings)


def _import_all() -> None:
    package = importlib.import_module("workbench.tui")
    for module in pkgutil.walk_packages(package.__path__, "workbench.tui."):
        importlib.import_module(module.name)


def _owners(above: type[DOMNode]) -> set[type[DOMNode]]:
    """The classes of the application that declare bindings."""
    found: set[type[DOMNode]] = set()
    for owner in above.__subclasses__():
        if owner.__module__.startswith("workbench.tui.") and "BINDINGS" in owner.__dict__:
            found.add(owner)
        found |= _owners(owner)
    return found


def _group(title: str, owners: Iterable[type[DOMNode]]) -> KeyGroup:
    return KeyGroup(title, tuple(item for owner in owners for item in bindings_of(owner)))


def key_text(binding: Binding) -> str:
    """All keys of a binding as a person knows them; a comma would look like one of them."""
    return " ".join(format_key(key.strip()) for key in binding.key.split(","))


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
