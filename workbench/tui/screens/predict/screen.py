"""The Predict screen: from the accuracy to the matrix, to its images, to one image in depth."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from workbench.api.errors import WorkbenchError
from workbench.api.events import Event, Sample, SamplesPredicted
from workbench.core.evaluation import EvaluationResult, ItemFilter, samples_by_epoch
from workbench.core.runs import RunFolder, find_run, read_events
from workbench.core.text import printable
from workbench.tui.plan_fields import Answer
from workbench.tui.run_history import RunHistory
from workbench.tui.screens.answers import AnswersScreen
from workbench.tui.screens.place import PlaceScreen
from workbench.tui.screens.predict import models, report
from workbench.tui.screens.predict.asking import Asking
from workbench.tui.screens.predict.depth import SampleScreen
from workbench.tui.screens.predict.models import Model
from workbench.tui.screens.predict.probabilities import blank_picture, sample_picture
from workbench.tui.screens.predict.shown import Shown, epoch_words, next_order, next_outcome
from workbench.tui.widgets.matrix import ConfusionMatrix
from workbench.tui.widgets.picture_grid import Picture, PictureGrid

_PARTS = 3
_ALL = "all classes"


class PredictScreen(PlaceScreen):
    """The matrix on the left, items on the right; on a narrow screen one of them."""

    PLACE = "predict"
    CSS_PATH = "predict.tcss"
    AUTO_FOCUS = "ConfusionMatrix"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "evaluate", "evaluate", id="predict.evaluate", tooltip="Evaluate the split."),
        Binding(
            "w", "outcome", "wrong", id="predict.outcome", tooltip="All, wrong or right items."
        ),
        Binding(
            "s",
            "order",
            "sort",
            id="predict.order",
            tooltip="Sort: as stored, most wrong, least sure.",
        ),
        Binding("c", "class", "class", id="predict.class", tooltip="The items of one class."),
        Binding("v", "split", "split", id="predict.split", tooltip="Look at another split."),
        Binding("o", "open", "model", id="predict.open", tooltip="Look at another checkpoint."),
        Binding(
            "left_square_bracket",
            "epoch(-1)",
            "epochs",
            key_display="[ ]",
            id="predict.epoch.before",
            tooltip="The fixed samples an epoch earlier.",
        ),
        Binding(
            "right_square_bracket",
            "epoch(1)",
            "epoch",
            key_display="]",
            show=False,
            id="predict.epoch.after",
            tooltip="The fixed samples an epoch later.",
        ),
        Binding(
            "m",
            "part",
            "metrics",
            id="predict.part",
            tooltip="The matrix, the classes, calibration.",
        ),
        Binding(
            "full_stop,pagedown",
            "page(1)",
            "page",
            show=False,
            id="predict.next",
            tooltip="Next page.",
        ),
        Binding(
            "comma,pageup",
            "page(-1)",
            "back",
            show=False,
            id="predict.previous",
            tooltip="Page before.",
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._split = "test"
        self._is_picked = False
        self._model: Model | None = None
        self._asking: Asking | None = None
        self._shown: Shown | None = None
        self._wanted = ItemFilter()
        self._is_reading = False
        self._is_evaluating = False
        self._problem = ""
        self._epochs: dict[int, SamplesPredicted] = {}
        self._epoch: int | None = None
        self._part = 0

    def compose_body(self) -> Iterable[Widget]:
        """The headline over two panels."""
        yield Static(id="headline", classes="panel", markup=False)
        with Horizontal(id="predict"):
            with Vertical(classes="panel", id="score"):
                yield Static("reading …", id="score-nothing", markup=False)
                yield ConfusionMatrix(id="matrix")
                yield Static(id="cell", classes="part", markup=False)
                yield Static(id="mistakes", classes="part", markup=False)
                yield Static(id="classes-table", classes="part", markup=False)
                yield Static(id="calibration", classes="part", markup=False)
            with Vertical(classes="panel", id="samples-panel"):
                yield PictureGrid(3, id="samples")

    def on_mount(self) -> None:
        """Name the panels."""
        self.add_class("-part-0")
        self.query_one("#score").border_title = Content.assemble(
            ("Confusion", "bold"), ("  rows actual, columns predicted", "$muted")
        )

    def on_unmount(self) -> None:
        """End the process of the model."""
        if self._asking is not None:
            self._asking.close()

    @property
    def _grid(self) -> PictureGrid:
        return self.query_one("#samples", PictureGrid)

    @property
    def _matrix(self) -> ConfusionMatrix:
        return self.query_one(ConfusionMatrix)

    def on_screen_resume(self) -> None:
        """Look at the best checkpoint of the open run, unless someone picked another."""
        super().on_screen_resume()
        if not self._is_picked:
            self._find_default()

    def run_changed(self, history: RunHistory, events: list[Event]) -> None:
        """A first checkpoint may be there now."""
        super().run_changed(history, events)
        if events and self._model is None:
            self._find_default()

    def _find_default(self) -> None:
        config, split = self.session.config, self._split
        run = self.session.history.run if self.session.history else None
        self.in_thread(
            lambda: models.default_model(config.runs_dir, run, split), self._take_model, "model"
        )

    def _take_model(self, model: Model | None) -> None:
        if model is None:
            self._say("No checkpoint yet; press 1 and then t to train a model.")
            return
        before = self._model
        if before is not None and (before.name, before.split) == (model.name, model.split):
            return
        if self._asking is not None and before is not None and before.name != model.name:
            self._asking.close()
            self._asking = None
        self._model, self._problem = model, ""
        if self._asking is None:
            self._asking = Asking(model, self.session.config.data_dir)
        self._split, self._epoch = model.split, None
        self.in_thread(
            lambda: samples_by_epoch(read_events(model.run)), self._take_epochs, "epochs"
        )
        self._take_result(model.result)
        if model.result is None:
            self._say("")
            self._evaluate_first()

    def _evaluate_first(self) -> None:
        """Evaluate at once, but not beside a run that trains."""
        history = self.session.history
        if history is not None and history.overview.state in ("starting", "running"):
            self._say(f"{history.run.name} is running; press e to evaluate beside it.")
        else:
            self.action_evaluate()

    def _take_epochs(self, epochs: dict[int, SamplesPredicted]) -> None:
        self._epochs = epochs
        self.refresh_bindings()

    def _say(self, words: str) -> None:
        self.query_one("#score-nothing", Static).update(printable(words))
        self._grid.say(words)

    def _take_result(self, result: EvaluationResult | None) -> None:
        assert self._model is not None
        self._model = replace(self._model, result=result)
        self.set_class(result is not None, "-has-result")
        self._show_headline()
        self._shown = None
        if result is not None:
            self._matrix.show(result.classes, result.confusion)
            self._show_cell()
            for name, lines in (
                ("#mistakes", report.mistake_lines(result, 8)),
                ("#classes-table", report.class_lines(result)),
                ("#calibration", report.calibration_lines(result)),
            ):
                self.query_one(name, Static).update(Content("\n").join(lines))
            if self.is_current and self.focused is None:
                self._matrix.focus()
        self._filter(ItemFilter(order=self._wanted.order))

    def _show_headline(self) -> None:
        model = self._model
        assert model is not None
        panel = self.query_one("#headline", Static)
        title = Content.styled(printable(model.run.name), "bold")
        if model.result is not None:
            title += Content.styled(f"  {printable(model.result.dataset)} {model.split}", "$muted")
            if model.result.is_sample:
                title += Content.styled("  SAMPLE", "bold $warning")
        panel.border_title = title
        panel.update(Content("\n").join(report.headline(model)))

    @on(ConfusionMatrix.Moved)
    def _show_cell(self) -> None:
        result = self._model.result if self._model else None
        if result is not None:
            words = report.cell_words(result, *self._matrix.at)
            self.query_one("#cell", Static).update(words)

    @on(ConfusionMatrix.Chosen)
    def _open_cell(self, event: ConfusionMatrix.Chosen) -> None:
        self._filter(replace(self._wanted, actual=event.actual, predicted=event.predicted))
        self._enter_items()

    def _enter_items(self) -> None:
        self.add_class("-items")
        self._grid.focus()

    def action_leave(self) -> None:
        """From the items back to the matrix."""
        if self._epoch is not None:
            self._epoch = None
            self._filter(self._wanted)
        elif self.has_class("-items") or self._grid.has_focus:
            self.remove_class("-items")
            self._matrix.focus()
        else:
            self._filter(ItemFilter(order=self._wanted.order))

    def _filter(self, wanted: ItemFilter) -> None:
        """Show the items that match."""
        self._wanted, self._epoch = wanted, None
        result = self._model.result if self._model else None
        self._shown = Shown.of(result, wanted) if result is not None else None
        self._grid.browse(len(self._shown.indices) if self._shown else 0)
        if self._shown is not None and not self._shown.indices:
            self._grid.show(0, ())
            self._grid.say("no such items")
            self._name_items(self._shown.words())

    def _name_items(self, words: Content) -> None:
        page, total = self._grid.page, self._grid.total
        where = f"  {page.start + 1:,}–{page.stop:,} of {total:,}" if total else ""
        self.query_one("#samples-panel").border_title = words.stylize_before(
            "bold"
        ) + Content.styled(where, "$muted")

    @on(PictureGrid.Turned, "#samples")
    def _show_items(self) -> None:
        page = self._grid.page
        if self._epoch is not None:
            samples = self._epochs[self._epoch]
            self._grid.show(0, [sample_picture(item) for item in samples.samples])
            self._name_items(epoch_words(samples, max(self._epochs)))
            return
        shown, asking = self._shown, self._asking
        if shown is None or asking is None:
            return
        self._name_items(shown.words())
        indices = shown.indices[page.start : page.stop]
        self._grid.show(page.start, [self._picture(shown.result, asking, i) for i in indices])
        ahead = shown.indices[page.start : page.stop + 2 * len(page)]
        if any(asking.known(self._split, index) is None for index in ahead[: 2 * len(page)]):
            missing = tuple(i for i in ahead if asking.known(self._split, i) is None)
            self._read(asking, missing)

    def _picture(self, result: EvaluationResult, asking: Asking, index: int) -> Picture:
        sample = asking.known(self._split, index)
        return sample_picture(sample) if sample is not None else blank_picture(result, index)

    def _read(self, asking: Asking, indices: tuple[int, ...]) -> None:
        """Get the images of these items, once the model is loaded."""
        if self._is_reading or self._problem or not self.is_current:
            return
        self._is_reading = True
        if not asking.is_loaded:
            self.query_one("#samples-panel").border_subtitle = "loading the model …"
        split = self._split
        self._ask(lambda: asking.ask(split, indices), lambda _: self._have_read(asking))

    def _have_read(self, asking: Asking) -> None:
        self._is_reading = False
        self.query_one("#samples-panel").border_subtitle = None
        if asking is self._asking:
            self._show_items()

    def _ask(self, work: Callable[[], object], done: Callable[[object], None]) -> None:
        """Ask the model in a thread; a refusal is shown where the items would be."""

        def attempt() -> object:
            try:
                return work()
            except WorkbenchError as error:
                return error

        def take(answer: object) -> None:
            if isinstance(answer, WorkbenchError):
                self._fail(str(answer))
            else:
                done(answer)

        self.in_thread(attempt, take, "predict")

    def _fail(self, sentence: str) -> None:
        self._is_reading = self._is_evaluating = False
        self._problem = sentence
        self.query_one("#samples-panel").border_subtitle = None
        self._say(sentence)
        self.complain(sentence)

    def action_evaluate(self) -> None:
        """Evaluate the model on the split."""
        asking, split = self._asking, self._split
        if asking is None or self._is_evaluating:
            return
        self._is_evaluating, self._problem = True, ""
        self._say(f"loading {asking.model.name} and evaluating {split} …")

        def done(result: object) -> None:
            self._is_evaluating = False
            if asking is self._asking and isinstance(result, EvaluationResult):
                self._take_result(result)

        self._ask(lambda: asking.evaluate(split), done)

    def action_outcome(self) -> None:
        """All items, the wrong ones, the right ones."""
        self._filter(next_outcome(self._wanted))
        self._enter_items()

    def action_order(self) -> None:
        """Sort the items otherwise."""
        self._filter(next_order(self._wanted))
        self._enter_items()

    def action_class(self) -> None:
        """Show the items of one class."""
        result = self._model.result if self._model else None
        if result is None:
            return
        listed = [Answer(printable(name)) for name in result.classes]

        def answered(name: str | None) -> None:
            if name is not None:
                names = [item.value for item in listed]
                label = names.index(name) if name in names else None
                self._filter(replace(self._wanted, actual=label, predicted=None))
                self._enter_items()

        self.app.push_screen(AnswersScreen("Class", [Answer(_ALL), *listed], _ALL), answered)

    def action_split(self) -> None:
        """Look at the next split."""
        model = self._model
        if model is None:
            return
        following = "train" if self._split == "test" else "test"
        self._open(model.run, model.checkpoint.name, following)

    def _open(self, run: RunFolder, checkpoint: str, split: str) -> None:
        self._is_picked = True
        self.in_thread(lambda: models.open_model(run, checkpoint, split), self._take_model, "model")

    def action_open(self) -> None:
        """Pick another run and checkpoint."""
        runs_dir = self.session.config.runs_dir
        self.in_thread(lambda: models.answers(runs_dir), self._pick, "model")

    def _pick(self, listed: list[Answer]) -> None:
        if not listed:
            self.complain("There is no checkpoint yet; train a model first.")
            return
        runs_dir, split = self.session.config.runs_dir, self._split

        def answered(name: str | None) -> None:
            if name is not None:
                run, _, checkpoint = name.partition("@")
                self._open(find_run(runs_dir, run), checkpoint, split)

        current = self._model.name if self._model else ""
        self.app.push_screen(AnswersScreen("Model", listed, current), answered)

    def action_epoch(self, by: int) -> None:
        """Show what the model said of the fixed samples after another epoch."""
        if not self._epochs:
            return
        known = list(self._epochs)
        at = len(known) - 1 if self._epoch is None else known.index(self._epoch) + by
        self._epoch = known[max(0, min(len(known) - 1, at))]
        self._grid.browse(len(self._epochs[self._epoch].samples), self._grid.at)
        self._show_items()
        self._enter_items()

    def action_part(self) -> None:
        """Show another part of the evaluation."""
        self.remove_class(f"-part-{self._part}")
        self._part = (self._part + 1) % _PARTS
        self.add_class(f"-part-{self._part}")
        self.remove_class("-items")

    def action_page(self, by: int) -> None:
        """Turn the page."""
        self._grid.turn_page(by)

    @on(PictureGrid.Chosen, "#samples")
    def _look_in_depth(self) -> None:
        title = f"{self._split}"

        def opened(sample: Sample) -> None:
            names = self._model.result.classes if self._model and self._model.result else ()
            self.app.push_screen(SampleScreen(names, title, sample, self._step))

        self._in_depth(self._grid.at, opened)

    def _in_depth(self, at: int, done: Callable[[Sample], None]) -> None:
        """Ask about the item at this place of the grid, with its saliency map."""
        asking, split = self._asking, self._split
        if asking is None:
            return
        if self._epoch is not None:
            done(self._epochs[self._epoch].samples[at])
            return
        if self._shown is None or not 0 <= at < len(self._shown.indices):
            return
        index = self._shown.indices[at]

        def take(sample: object) -> None:
            assert isinstance(sample, Sample)
            done(sample)

        self._ask(lambda: asking.in_depth(split, index), take)

    def _step(self, by: int, done: Callable[[Sample], None]) -> None:
        self._grid.action_move(by, 0)
        self._in_depth(self._grid.at, done)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done."""
        has_result = self._model is not None and self._model.result is not None
        match action:
            case "outcome" | "order" | "class" | "part":
                return has_result
            case "evaluate" | "split":
                return self._model is not None
            case "epoch":
                return bool(self._epochs)
        return True
