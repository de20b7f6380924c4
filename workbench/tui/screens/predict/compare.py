"""Models side by side: pick some, evaluate those that are not yet, and open one."""

import shlex
from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static

from workbench.api.errors import WorkbenchError
from workbench.core.config import Config
from workbench.core.evaluation import EvaluationResult
from workbench.tui.command_line import copy_command, shown_command
from workbench.tui.screens.dialog import DialogScreen
from workbench.tui.screens.place import PlaceScreen
from workbench.tui.screens.predict.asking import answer_of, evaluate_once
from workbench.tui.screens.predict.comparison import are_regressions, class_lines, columns, rows
from workbench.tui.screens.predict.models import Model, with_result
from workbench.tui.widgets.frame import Frame
from workbench.tui.widgets.row_list import RowList


class CompareScreen(DialogScreen[str | None]):
    """A table of models over F1 of each class of those that are marked; Enter opens one."""

    VERTICAL_BREAKPOINTS = [(0, "-small"), (36, "-roomy")]  # noqa: RUF012 (Textual declares it)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,x", "dismiss(None)", "back", id="predict.compare.back"),
        Binding("space", "mark", "mark", id="predict.compare.mark", tooltip="Mark, or not."),
        Binding(
            "e",
            "evaluate",
            "evaluate",
            id="predict.compare.evaluate",
            tooltip="Evaluate the marked models, else the one under the cursor.",
        ),
        Binding("y", "copy", "copy", id="predict.compare.copy", tooltip="Copy the command."),
    ]

    def __init__(
        self, place: PlaceScreen, listed: Sequence[Model], current: str, config: Config
    ) -> None:
        super().__init__()
        self._place = place
        self._listed = {item.name: item for item in listed}
        self._marked = {current} & set(self._listed)
        self._current = current
        self._config = config
        self._waiting: list[str] = []
        self._under_way = ""

    def compose(self) -> ComposeResult:
        """The table over the classes and the command."""
        split = next(iter(self._listed.values())).split
        keys = ("space mark", "e evaluate", "enter open", "y copy", "esc back")
        with Frame(f"Side by side on {split}", *keys, classes="-models"):
            yield RowList(columns(list(self._listed.values())), "No models.", id="models")
            with VerticalScroll(can_focus=False):
                yield Static(id="models-classes", markup=False)
            yield Static(classes="command", markup=False)

    def on_mount(self) -> None:
        """Begin at the model that was looked at."""
        self._show()
        self.query_one(OptionList).focus()
        self.call_after_refresh(self._go_to_current)  # once the rows are laid out

    def _go_to_current(self) -> None:
        names = list(self._listed)
        at = names.index(self._current) if self._current in names else 0
        self.query_one(OptionList).highlighted = at

    def on_resize(self) -> None:
        """As many columns as there is room for."""
        self._show()

    def _show(self) -> None:
        listed = list(self._listed.values())
        under_way = {*self._waiting, self._under_way}
        found = rows(listed, self._marked, under_way)
        self.query_one(RowList).show(found, columns(listed))
        results = [item.result for item in self._chosen() if item.result is not None]
        width = self.query_one("#models-classes").size.width
        lines = [] if are_regressions(listed) else class_lines(results, width)
        self.query_one("#models-classes", Static).update(Content("\n").join(lines))
        self.query_one(".command", Static).update(shown_command(self._command()))

    def _chosen(self) -> list[Model]:
        """The marked models in the order of the table, else the one under the cursor."""
        key = self.query_one(RowList).key
        names: set[str | None] = {*self._marked} or {key}
        return [item for name, item in self._listed.items() if name in names]

    def _command(self) -> str:
        chosen = self._chosen()
        split = next(iter(self._listed.values())).split
        words = ["workbench", "evaluate", *(item.name for item in chosen), "--split", split]
        return shlex.join(words)

    def action_mark(self) -> None:
        """Mark the model under the cursor, or not any more."""
        key = self.query_one(RowList).key
        if key is not None:
            self._marked ^= {key}
            self._show()

    @on(RowList.Moved)
    def _moved(self) -> None:
        if not self._marked:
            self._show()

    @on(RowList.Chosen)
    def _open(self, event: RowList.Chosen) -> None:
        self.dismiss(event.key)

    def action_copy(self) -> None:
        """Copy the command that prints the same in a shell."""
        copy_command(self.app, self._command())

    def action_evaluate(self) -> None:
        """Evaluate the chosen models one after the other."""
        known = {*self._waiting, self._under_way}
        self._waiting += [item.name for item in self._chosen() if item.name not in known]
        self._go_on()

    def _go_on(self) -> None:
        """Evaluate the next one, unless one is under way: each loads a framework."""
        if not self._under_way and self._waiting:
            self._under_way = self._waiting.pop(0)
            model = self._listed[self._under_way]
            work = answer_of(lambda: evaluate_once(model, self._config))
            self._place.in_thread(work, self._take, "compare")
        if self.is_attached:
            self._show()

    def _take(self, answer: object) -> None:
        name, self._under_way = self._under_way, ""
        if isinstance(answer, EvaluationResult):
            self._listed[name] = with_result(self._listed[name], answer)
        elif isinstance(answer, WorkbenchError):
            self._place.complain(str(answer))
        if self.is_attached:
            self._go_on()
