"""A plan while it is being put together on screen."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from workbench.api.errors import UserError
from workbench.api.options import AnyOptions, OptionField, format_value, option_fields
from workbench.core.own_code import KINDS as OWN_KINDS
from workbench.core.own_code import code_entry, places
from workbench.core.plan import (
    Plan,
    check_followers,
    check_plan,
    compose,
    nest,
    parse_assignment,
)
from workbench.core.plan.checking import TABLES
from workbench.core.plan.composing import losses_for, own_text
from workbench.core.plan.differing import flat_values
from workbench.core.plan.followers import ON
from workbench.core.plan.followers import TABLE as FOLLOWERS
from workbench.core.plan.settings import RunSettings
from workbench.core.plugins import Registry
from workbench.core.plugins.record import Kind
from workbench.tui.dataset_order import datasets_in_order
from workbench.tui.plan_fields import OWN_OPTION, OWN_OPTION_HINT, Answer, Field

_KINDS: tuple[Kind, ...] = ("dataset", "model", "optimizer", "backend")


@dataclass(frozen=True)
class PlanDraft:
    """A document that every change leaves composed; it may still be no plan that can run."""

    document: dict[str, Any]
    registry: Registry
    plugin_paths: tuple[Path, ...] = ()

    def set(self, key: str, text: str) -> "PlanDraft":
        """The draft with one field as typed. Raises :class:`UserError` for what can't be."""
        table, _, name = key.rpartition(".")
        if name == OWN_OPTION:
            return self._add_option(table, text)
        change = parse_assignment(f"{key}={text}", self.document, self.registry)
        changed = replace(self, document=compose(self.document, change, self.registry))
        if key.endswith(".name"):
            plugins = [item.name for item in self.registry.plugins]
            if text in places(changed.document, plugins):  # the person's own word
                named = [*changed.document.get("plugins", []), code_entry(Path.cwd(), text)]
                return replace(changed, document={**changed.document, "plugins": named})
            return changed
        try:
            changed.plan()
        except UserError as error:
            if str(error) != self.problem:  # something else may still be missing, as before
                raise
        return changed

    def _add_option(self, table: str, text: str) -> "PlanDraft":
        """With an option of an own function, typed as ``name=value``."""
        name, separator, value = (part.strip() for part in text.partition("="))
        if not (separator and value and name.isidentifier()):
            raise UserError(f'"{text}" is not {OWN_OPTION_HINT}, such as hidden=128.')
        if name == "name":
            raise UserError(f"A function's option can't be called name; {table}.name is its place.")
        return self.set(f"{table}.{name}", value)

    def takes_any(self, table: str) -> bool:
        """Whether an own function stands there, whose options nobody declared."""
        return table in OWN_KINDS and self._options_type(table) is AnyOptions

    def without(self, key: str) -> "PlanDraft":
        """Without an option of an own function, which then takes the function's own default."""
        table, _, name = key.rpartition(".")
        values = {other: value for other, value in self._values(table).items() if other != name}
        return replace(self, document={**self.document, table: values})

    @property
    def assignments(self) -> dict[str, str]:
        """The keys and values that ``--set`` takes."""
        found = flat_values(self.document)
        for kind in filter(self.takes_any, OWN_KINDS):
            name = {f"{kind}.name": self.name(kind)}
            found = {key: text for key, text in found.items() if not key.startswith(f"{kind}.")}
            found |= name | {field.key: field.value for field in self.options(kind)}
        return found

    def plan(self) -> Plan:
        """The checked plan. Raises :class:`UserError`."""
        document = self.document
        paths = [str(path) for path in self.plugin_paths]
        if paths:
            named = document.get("plugins", [])
            document = {**document, **nest("plugins", list(dict.fromkeys([*paths, *named])))}
        plan = check_plan(document, self.registry)
        check_followers(plan.followers, self.registry)
        return plan

    @property
    def problem(self) -> str:
        """Why it can't be trained, as a sentence; empty when it can."""
        try:
            self.plan()
        except UserError as error:
            return str(error)
        return ""

    def name(self, kind: str) -> str:
        """The name of the chosen dataset, model, optimizer or backend; may be empty."""
        table = self.document.get(kind)
        found = table.get("name") if isinstance(table, Mapping) else None
        return found if isinstance(found, str) else ""

    def spec(self, kind: Kind) -> Any:
        """The chosen contribution, or ``None`` where the name fits none."""
        backend = self.name("backend")
        name = self.name(kind)
        try:
            match kind:
                case "dataset":
                    return self.registry.dataset(name)
                case "backend":
                    return self.registry.backend(name)
                case "model":
                    return self.registry.model(name, backend)
                case "optimizer":
                    return self.registry.optimizer(name, backend)
                case "follower":
                    return None  # a plan may have several
        except UserError:
            return None

    def choice(self, kind: Kind) -> Field:
        """The line that picks a dataset, model, optimizer or backend."""
        backend = self.name("backend") if kind in ("model", "optimizer") else None
        contributions = self.registry.contributions(kind, backend)
        names = self.registry.names(kind, backend)
        answers = tuple(
            Answer(name, item.spec.title, item.spec.description)
            for name, item in zip(names, contributions, strict=True)
        )
        if kind == "dataset":
            order = datasets_in_order(self.registry, self.name("backend"))
            answers = tuple(answers[at] for at in order)
        spec = self.spec(kind)
        return Field(f"{kind}.name", self.name(kind), spec.description if spec else "", answers)

    def options(self, table: str) -> tuple[Field, ...]:
        """The lines of a choice's options, of a table, or (``""``) of the run's settings."""
        options_type = self._options_type(table)
        values = self._values(table)
        if options_type is AnyOptions:
            about = "An option of your function; empty takes it away."
            return tuple(
                Field(f"{table}.{name}", own_text(value), about)
                for name, value in values.items()
                if name != "name"
            )
        return tuple(
            self._field(f"{table}.{item.name}" if table else item.name, item, values)
            for item in (option_fields(options_type) if options_type else ())
        )

    def own_option(self, table: str) -> tuple[Field, ...]:
        """The line that adds an option of an own function; none for what declares its options."""
        if not self.takes_any(table):
            return ()
        about = f"An option of your function: {OWN_OPTION_HINT}, such as hidden=128."
        return (Field(f"{table}.{OWN_OPTION}", "", about),)

    def followers(self) -> tuple[Field, ...]:
        """A switch for each follower, and the options of those that are on."""
        found: list[Field] = []
        tables = self._values(FOLLOWERS)
        for name in self.registry.names("follower"):
            table = tables.get(name)
            is_on = isinstance(table, Mapping) and table.get(ON.name, True) is True
            about = replace(ON, help=self.registry.follower(name).description)
            switch = self._field(f"{FOLLOWERS}.{name}.on", about, {ON.name: is_on})
            found += (switch, *(self.options(f"{FOLLOWERS}.{name}") if is_on else ()))
        return tuple(found)

    def _values(self, table: str) -> Mapping[str, Any]:
        values: Any = self.document
        for part in table.split(".", 1) if table else ():
            values = values.get(part, {})
            if not isinstance(values, Mapping):
                return {}
        found: Mapping[str, Any] = values
        return found

    def _options_type(self, table: str) -> type | None:
        if not table:
            return RunSettings
        if table in TABLES:
            return TABLES[table]
        if table.startswith(f"{FOLLOWERS}."):
            return self.registry.follower(table.partition(".")[2]).options
        spec = self.spec(next(kind for kind in _KINDS if kind == table))
        return spec.options if spec is not None else None

    def _field(self, key: str, item: OptionField, values: Mapping[str, Any]) -> Field:
        value = values.get(item.name, item.default)
        answers = tuple(Answer(choice) for choice in item.choices if not item.is_tuple)
        if item.type is bool and not item.is_tuple:
            answers = (Answer("true"), Answer("false"))
        if key == "loss":
            backend = self.spec("backend")
            fitting = losses_for(self.document, self.registry)
            losses = [loss for loss in backend.losses if loss.name in fitting] if backend else ()
            answers = tuple(Answer(loss.name, loss.title) for loss in losses)
        return Field(key, format_value(value), item.help, answers, item)
