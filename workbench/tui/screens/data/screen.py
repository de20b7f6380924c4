"""The Data screen: the datasets, what each holds, and its items."""

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from workbench.api.options import option_fields
from workbench.api.specs import DatasetSpec
from workbench.core.data import DataStatus, status
from workbench.core.data.summary import in_full
from workbench.core.hosts.deeds import data_statuses_there
from workbench.core.plugins import Registry
from workbench.core.text import printable
from workbench.tui.command_line import copy_command
from workbench.tui.dataset_order import datasets_in_order
from workbench.tui.screens.data.bindings import DATA
from workbench.tui.screens.data.bringing import Bringing
from workbench.tui.screens.data.classes_panel import ClassesPanel
from workbench.tui.screens.data.depth import ItemScreen
from workbench.tui.screens.data.facts import facts, own_path, source, state_words, title
from workbench.tui.screens.data.items import items_title, picture_of, table_head
from workbench.tui.screens.data.looking import Item, Known, Looked, Refused, View, look
from workbench.tui.screens.data.options import Options, SetOptions
from workbench.tui.screens.place import PlaceScreen
from workbench.tui.widgets.picture_grid import PictureGrid
from workbench.tui.widgets.row_list import Column, Row, RowList

_NO_PATH = "Your own files: o says where they are."
_DATASETS = (Column("dataset", 0), Column("state", 12))


class DataScreen(PlaceScreen):
    """Datasets and classes on the left; facts and items on the right."""

    PLACE = "data"
    CSS_PATH = "data.tcss"
    AUTO_FOCUS = "#datasets OptionList"
    BINDINGS: ClassVar[list[BindingType]] = DATA

    def __init__(self) -> None:
        super().__init__()
        self._known = Known()
        self._statuses: dict[str, DataStatus] = {}
        self._view: View | None = None
        self._options = SetOptions()
        self._is_looking = False
        self._is_outdated = False
        self._problem = ""
        self._bringing = Bringing(self, self._show_facts, self._take_arrived)

    def compose_body(self) -> Iterable[Widget]:
        """Two columns."""
        with Horizontal(id="data"):
            with Vertical(id="data-left"):
                with Vertical(classes="panel", id="datasets-panel") as datasets:
                    datasets.border_title = Content.styled("Datasets", "bold")
                    yield RowList(_DATASETS, "No plugin offers a dataset.", id="datasets")
                yield ClassesPanel(id="classes-panel")
            with Vertical(id="data-right"):
                yield Static(id="facts", classes="panel", markup=False)
                with Vertical(classes="panel", id="items-panel"):
                    yield Static(id="items-head", markup=False)
                    yield PictureGrid(1, id="items")

    @property
    def _registry(self) -> Registry | None:
        return self.session.registry

    @property
    def _spec(self) -> DatasetSpec | None:
        """That of the dataset in view, which the list's cursor may have left in this moment."""
        return self._spec_of(self._view.dataset) if self._view is not None else None

    def _spec_of(self, name: str) -> DatasetSpec | None:
        registry = self._registry
        if registry is None or name not in registry.names("dataset"):  # its plugin may be gone
            return None
        return in_full(registry.dataset(name), self._known.summaries.get(name))

    @property
    def _class_list(self) -> ClassesPanel:
        return self.query_one(ClassesPanel)

    @property
    def _grid(self) -> PictureGrid:
        return self.query_one("#items", PictureGrid)

    def plugins_loaded(self) -> None:
        """Show the datasets, and see which are there."""
        registry = self._registry
        assert registry is not None
        self._show_datasets()
        specs = [registry.dataset(name) for name in registry.names("dataset")]
        data_dir, is_there = self.session.config.data_dir, self.session.place is not None

        def read() -> dict[str, DataStatus]:
            if is_there:
                return data_statuses_there(data_dir, [spec.name for spec in specs])
            return {spec.name: status(spec, data_dir) for spec in specs}

        self.in_thread(read, self._take_statuses)

    def _take_statuses(self, statuses: dict[str, DataStatus]) -> None:
        self._statuses = statuses
        self._show_datasets()
        self._show_facts()

    def _show_datasets(self) -> None:
        assert self._registry is not None
        names, config = self._registry.names("dataset"), self.session.config
        table = config.presets.get(config.settings.default_preset, {}).get("backend")
        backend = str(table.get("name")) if isinstance(table, dict) else ""
        rows = [
            Row(name, (Content.styled(printable(name), "bold"), self._state(name)))
            for name in (names[at] for at in datasets_in_order(self._registry, backend))
        ]
        self.query_one("#datasets", RowList).show(rows)

    def _state(self, name: str) -> Content:
        assert self._registry is not None
        return state_words(self._statuses.get(self._registry.dataset(name).name))

    @on(RowList.Moved, "#datasets")
    def _choose_dataset(self) -> None:
        name = self.query_one("#datasets", RowList).key
        spec = self._spec_of(name) if name else None
        if spec is not None and name and (not self._view or self._view.dataset != name):
            self._begin_at(spec, name)

    def _begin_at(self, spec: DatasetSpec, name: str) -> None:
        split = next(iter(spec.sizes), "train")
        self._view = View(name, split, options=self._options.of(name))
        self._class_list.begin()
        self._show_dataset(spec)
        self.refresh_bindings()

    def _show_dataset(self, spec: DatasetSpec) -> None:
        assert self._view is not None
        self._problem = _NO_PATH if self._options.are_missing(spec, self._view.dataset) else ""
        self._show_facts()
        self._class_list.show(spec, self._known.summaries.get(self._view.dataset))
        self._browse()

    @on(RowList.Moved, "#classes")
    def _choose_class(self, event: RowList.Moved) -> None:
        if self._view is not None:
            label = int(event.key) if event.key.isdecimal() else None
            if label != self._view.label:
                self._view = replace(self._view, label=label)
                self._browse()

    @on(RowList.Chosen)
    def _go_on(self, event: RowList.Chosen) -> None:
        is_dataset, spec = event.row_list.id == "datasets", self._spec
        if is_dataset and spec is not None and self._options.are_missing(spec, event.key):
            self.action_options()
            return
        if is_dataset:
            self._class_list.enter()
        else:
            self._grid.focus()

    def _show_facts(self) -> None:
        spec, view = self._spec, self._view
        if spec is None or view is None:
            return
        panel = self.query_one("#facts", Static)
        summary = self._known.summaries.get(view.dataset)
        panel.border_title = title(spec, summary)
        where = source(self._statuses.get(spec.name), summary)
        panel.border_subtitle = own_path(view.options) or where
        lines = self._bringing.lines(panel.content_size.width) or facts(spec, summary)
        panel.update(Content("\n").join(lines))

    def action_filter(self) -> None:
        """Begin to type what the classes must have."""
        self._class_list.open_filter()

    def action_leave(self) -> None:
        """Show all classes again; leave the list."""
        if not self._class_list.close_filter():
            super().action_leave()

    def _browse(self) -> None:
        """Begin at the first item of the view."""
        spec, view = self._spec, self._view
        assert spec is not None and view is not None
        self.query_one("#items-head", Static).update(table_head(spec))
        self.set_class(spec.kind != "image", "-table")
        total = self._known.total(view)
        self._grid.browse(total, is_table=spec.kind != "image")
        self._show_items()

    @on(PictureGrid.Turned, "#items")
    def _show_items(self) -> None:
        """Show the page if it was read; else read it."""
        spec, view, grid = self._spec, self._view, self._grid
        if spec is None or view is None:
            return
        page, total = grid.page, self._known.total(view)
        panel = self.query_one("#items-panel")
        panel.border_title = items_title(spec, view, page, total)
        items = self._known.items(view, page) if view.dataset in self._known.summaries else None
        if items is not None:
            grid.show(page.start, [picture_of(spec, item) for item in items])
            grid.say("no items")
            after = range(page.stop, min(page.stop + len(page), total))
            if self._known.items(view, after) is None:
                self._look(spec, view, page.stop)
        else:
            grid.say(self._problem or "reading …")
            self._look(spec, view, page.start)

    @on(PictureGrid.Chosen, "#items")
    def _look_in_depth(self, event: PictureGrid.Chosen) -> None:
        spec, view, item = self._spec, self._view, self._item_at(event.at)
        if spec is not None and view is not None and item is not None:
            self.app.push_screen(ItemScreen(spec, view, item, self._step))

    def _item_at(self, at: int) -> Item | None:
        found = self._known.items(self._view, range(at, at + 1)) if self._view else None
        return found[0] if found else None

    def _step(self, by: int) -> Item | None:
        """Go to another item, if it was read."""
        item = self._item_at(self._grid.at + by)
        if item is not None:
            self._grid.action_move(by, 0)
        return item

    def _look(self, spec: DatasetSpec, view: View, at: int) -> None:
        if self._is_looking or self._problem:
            return
        self._is_looking = True
        config = self.session.config
        self.in_thread(lambda: look(config, spec, view, at), self._take, "look")

    def complain(self, sentence: str) -> None:
        """Show an error, and look again when asked."""
        self._is_looking = False
        super().complain(sentence)

    def _take(self, looked: Looked | Refused) -> None:
        self._is_looking = False
        is_outdated, self._is_outdated = self._is_outdated, False
        view = self._view
        if is_outdated or looked.view.options != self._options.of(looked.view.dataset):
            self._show_items()  # what it was asked with, or what is there, has changed
            return
        if isinstance(looked, Refused):
            if view is not None and looked.view.dataset == view.dataset:
                self._problem = looked.sentence
            self._show_items()
            return
        is_first = looked.view.dataset not in self._known.summaries
        self._known.add(looked)
        spec = self._spec
        if spec is None or view is None:
            return
        if is_first and looked.view.dataset == view.dataset:
            self._show_facts()
            self._class_list.show(spec, looked.summary)
            self._browse()
        else:
            self._show_items()

    def action_split(self) -> None:
        """Show the items of the next split."""
        spec, view = self._spec, self._view
        if spec is not None and view is not None:
            self._view = self._known.next_split(view, spec)
            self._browse()

    def action_page(self, by: int) -> None:
        """Turn the page."""
        self._grid.turn_page(by)

    def action_copy(self) -> None:
        """Copy the command that shows the dataset in a shell."""
        if self._view is not None:
            copy_command(self.app, self._view.shell_line)

    def action_options(self) -> None:
        """Set the dataset's options, and look at it anew."""
        registry, view = self._registry, self._view
        if registry is None or view is None:
            return
        name = view.dataset

        def answered(found: Options | None) -> None:
            if found is None:
                return
            self._options.keep(name, found)
            self._known.forget(name)
            if self._view is not None and self._view.dataset == name:
                self._begin_at(registry.dataset(name), name)

        self.app.push_screen(self._options.screen(registry, name), answered)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done."""
        if action in ("fetch", "import") and self.session.place is not None:
            return False  # a command does it there
        if action in ("fetch", "import"):
            spec = self._spec if self.is_composed else None
            return spec is not None and spec.source is not None and not self._bringing.is_busy
        if action == "options":
            spec = self._spec if self.is_composed else None
            return spec is not None and bool(option_fields(spec.options))
        if action == "cancel":
            return self._bringing.is_busy
        return True

    def action_fetch(self) -> None:
        """Fetch the full dataset."""
        if self._spec is not None:
            self._bringing.fetch(self._spec)

    def action_import(self) -> None:
        """Copy the dataset from a folder that the person names."""
        if self._spec is not None:
            self._bringing.ask(self._spec)

    def action_cancel(self) -> None:
        """Cancel what is on its way."""
        self._bringing.cancel()

    def _take_arrived(self, spec: DatasetSpec) -> None:
        self._is_outdated = self._is_looking
        self._known.forget(spec.name)
        self.plugins_loaded()
        if self._spec is spec:
            self._show_dataset(spec)
