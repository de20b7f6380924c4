"""The Predict screen: from the accuracy to the matrix, to its images, to one image in depth."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from workbench.api.errors import WorkbenchError
from workbench.api.events import CheckpointSaved, Event, ModelBuilt, RunPaused, SamplesPredicted
from workbench.core.evaluation import EvaluationResult, ItemFilter, samples_by_epoch
from workbench.core.prediction import ModelReady, Prediction
from workbench.core.runs import RunFolder, read_events
from workbench.core.text import printable
from workbench.tui.command_line import copy_command
from workbench.tui.plan_fields import Answer
from workbench.tui.run_history import RunHistory
from workbench.tui.screens.answers import AnswersScreen
from workbench.tui.screens.path import PathScreen
from workbench.tui.screens.place import PlaceScreen
from workbench.tui.screens.predict import models, report
from workbench.tui.screens.predict.asking import Asking, answer_of
from workbench.tui.screens.predict.bindings import BINDINGS
from workbench.tui.screens.predict.compare import CompareScreen
from workbench.tui.screens.predict.drawing import DrawScreen
from workbench.tui.screens.predict.items import ItemsPanel
from workbench.tui.screens.predict.models import Model
from workbench.tui.screens.predict.own import SUFFIXES, OwnImageScreen, OwnImagesScreen
from workbench.tui.screens.predict.score import ScorePanel
from workbench.tui.screens.predict.shown import next_order, next_outcome, shell_line
from workbench.tui.widgets.matrix import ConfusionMatrix

_ALL = "all classes"
_TELLING = (CheckpointSaved, ModelBuilt)
"""Before the first of them there is no model to look at."""


class PredictScreen(PlaceScreen):
    """The matrix on the left, items on the right; on a narrow screen one of them."""

    PLACE = "predict"
    CSS_PATH = "predict.tcss"
    AUTO_FOCUS = "ConfusionMatrix"
    BINDINGS: ClassVar[list[BindingType]] = BINDINGS

    def __init__(self) -> None:
        super().__init__()
        self._split = "test"
        self._picked: tuple[str, str] | None = None  # the name of a model, and a split
        self._model: Model | None = None
        self._asking: Asking | None = None
        self._is_evaluating = False

    def compose_body(self) -> Iterable[Widget]:
        """The headline over two panels."""
        yield Static(id="headline", classes="panel", markup=False)
        with Horizontal(id="predict"):
            yield ScorePanel(id="score")
            yield ItemsPanel(id="samples-panel")

    def on_unmount(self) -> None:
        """End the process of the model."""
        if self._asking is not None:
            self._asking.close()

    @property
    def _score(self) -> ScorePanel:
        return self.query_one(ScorePanel)

    @property
    def _items(self) -> ItemsPanel:
        return self.query_one(ItemsPanel)

    @property
    def _result(self) -> EvaluationResult | None:
        return self._model.result if self._model else None

    def on_screen_resume(self) -> None:
        """Look at a model of the open run, unless someone picked another."""
        super().on_screen_resume()
        model, history = self._model, self.session.history
        is_of_open_run = model is not None and history is not None and history.run == model.run
        if model is not None and model.is_live and (self._picked or is_of_open_run):
            self._look_again(model)
        elif self._picked is None:
            self._find_default()

    def run_changed(self, history: RunHistory, events: list[Event]) -> None:
        """The open run may have a model now, a later one, or no live one any more."""
        super().run_changed(history, events)
        model = self._model
        if model is None or model.run != history.run:
            if model is None and any(isinstance(event, _TELLING) for event in events):
                self._find_default()
            return
        if self._items.add_epochs(events):
            self.refresh_bindings()
        if any(isinstance(event, RunPaused) for event in events) and self._picked is None:
            self._find_default()
        if not model.is_live:
            return
        if history.overview.is_live:
            self._show_headline()
        else:  # its worker ended; what it saved at the end is there
            self._picked = None
            self._find_default()

    def _look_again(self, model: Model) -> None:
        """A live model may have gone on, or have ended, while another screen was up."""

        def take(found: Model | None) -> None:
            if self._model is None or self._model.name != model.name:
                return
            if found is not None:
                self._take_model(found)
            else:
                self._picked = None
                self._find_default()

        split = self._split
        self.in_thread(lambda: models.still_live(model.run, split), take, "model")

    def _find_default(self) -> None:
        config, split = self.session.config, self._split
        run = self.session.history.run if self.session.history else None

        def take(model: Model | None) -> None:
            if self._picked is None:  # somebody may have picked another one meanwhile
                self._take_model(model)

        self.in_thread(lambda: models.default_model(config.runs_dir, run, split), take, "model")

    def _take_model(self, model: Model | None) -> None:
        if model is None:
            self._say("No checkpoint yet; press 1 and then t to train a model.")
            return
        before, asking = self._model, self._asking
        if before is not None and (before.name, before.split) == (model.name, model.split):
            if model.is_live and model.result is None:
                self._evaluate_first()  # it has gone on since
            return
        if asking is not None and asking.model.name != model.name:
            asking.close()
            asking = None
        self._model, self._split = model, model.split
        self._asking = asking or Asking(model, self.session.config)
        self.in_thread(
            lambda: samples_by_epoch(read_events(model.run)), self._take_epochs, "epochs"
        )
        self._take_result(model.result)
        if model.result is None:
            self._evaluate_first()

    def _evaluate_first(self) -> None:
        """Evaluate at once, but not beside a run that trains."""
        history = self.session.history
        if history is not None and history.overview.state in ("starting", "running"):
            self._say(f"{history.run.name} is running; press e to evaluate all the same.")
        else:
            self.action_evaluate()

    def _take_epochs(self, epochs: dict[int, SamplesPredicted]) -> None:
        self._items.know_epochs(epochs)
        self.refresh_bindings()

    def _say(self, words: str) -> None:
        self._score.say(words)
        self._items.say(words)

    def _take_result(self, result: EvaluationResult | None) -> None:
        assert self._model is not None and self._asking is not None
        self._model = replace(self._model, result=result)
        self._show_headline()
        self._score.show(result)
        self._items.look_at(self._asking, self._split, result)
        if result is not None and self.is_current and self.focused is None:
            self._focus_score()
        self.refresh_bindings()

    def _show_headline(self) -> None:
        model, history = self._model, self.session.history
        if model is not None:
            panel = self.query_one("#headline", Static)
            panel.border_title = report.title(model)
            is_open = history is not None and history.run == model.run
            now = history.overview.step if history is not None and is_open else None
            panel.update(Content("\n").join(report.headline(model, now)))

    def _focus_score(self) -> None:
        """The matrix; a regression has none, so the items."""
        has_matrix = self._result is None or self._result.errors is None
        (self._score.matrix if has_matrix else self._items.grid).focus()

    def action_evaluate(self) -> None:
        """Evaluate the model on the split."""
        asking, split = self._asking, self._split
        if asking is None or self._is_evaluating:
            return
        self._is_evaluating = True
        self._say(f"loading {asking.model.name} and evaluating {split} …")

        def done(result: object) -> None:
            self._is_evaluating = False
            if asking is not self._asking or split != self._split:
                return
            if isinstance(result, EvaluationResult):
                self._take_result(result)
            elif isinstance(result, WorkbenchError):
                self._say(str(result))
                self.complain(str(result))

        self.in_thread(answer_of(lambda: asking.evaluate(split)), done, "predict")

    @on(ConfusionMatrix.Chosen)
    def _open_cell(self, event: ConfusionMatrix.Chosen) -> None:
        wanted = self._items.wanted
        self._filter(replace(wanted, actual=event.actual, predicted=event.predicted, outcome="any"))

    def _filter(self, wanted: ItemFilter) -> None:
        self._items.filter(wanted)
        self._enter_items()

    def _enter_items(self) -> None:
        self.add_class("-items")
        self._items.grid.focus()

    def action_leave(self) -> None:
        """From an epoch back to the items, from the items to the matrix, there to all items."""
        items = self._items
        if items.is_at_epoch:
            items.filter(items.wanted)
        elif self.has_class("-items") or items.grid.has_focus:
            self.remove_class("-items")
            self._focus_score()
        else:
            items.filter(ItemFilter(order=items.wanted.order))

    def action_outcome(self) -> None:
        """All items, the wrong ones, the right ones."""
        self._filter(next_outcome(self._items.wanted))

    def action_order(self) -> None:
        """Sort the items otherwise."""
        self._filter(next_order(self._items.wanted))

    def action_class(self) -> None:
        """Show the items of one class."""
        result = self._result
        if result is None:
            return
        names = [printable(name) for name in result.classes]

        def answered(name: str | None) -> None:
            if name is not None:
                label = names.index(name) if name in names else None
                self._filter(replace(self._items.wanted, actual=label, predicted=None))

        listed = [Answer(_ALL), *(Answer(name) for name in names)]
        self.app.push_screen(AnswersScreen("Class", listed, _ALL), answered)

    def action_split(self) -> None:
        """Look at the next split."""
        if self._model is not None:
            self._open(self._model.name, "train" if self._split == "test" else "test")

    def open_checkpoint(self, run: RunFolder, checkpoint: str, split: str) -> None:
        """Look at a checkpoint by name, ``latest`` or ``best``."""
        self._open(f"{run.name}@{checkpoint}", split)

    def _open(self, name: str, split: str) -> None:
        """Look at a model by its name."""
        self._picked = picked = (name, split)
        runs_dir = self.session.config.runs_dir

        def take(model: Model) -> None:
            if self._picked == picked:  # and not another one meanwhile
                self._take_model(model)

        self.in_thread(lambda: models.open_named(runs_dir, name, split), take, "model")

    def action_open(self) -> None:
        """Pick another run and checkpoint."""
        runs_dir = self.session.config.runs_dir
        self.in_thread(lambda: models.answers(runs_dir), self._pick, "model")

    def _pick(self, listed: list[Answer]) -> None:
        if not listed:
            self.complain("There is no model yet; train one first.")
            return

        def answered(name: str | None) -> None:
            if name is not None:
                self._open(name, self._split)

        current = self._model.name if self._model else ""
        self.app.push_screen(AnswersScreen("Model", listed, current), answered)

    def action_compare(self) -> None:
        """Put several models side by side."""
        model = self._model
        if model is not None:
            runs_dir = self.session.config.runs_dir
            self.in_thread(lambda: models.comparable(runs_dir, model), self._compare, "model")

    def _compare(self, listed: list[Model]) -> None:
        def answered(name: str | None) -> None:
            if name is not None:
                self._open(name, self._split)

        if self._model is not None and listed:
            screen = CompareScreen(self, listed, self._model.name, self.session.config)
            self.app.push_screen(screen, answered)

    def action_image(self) -> None:
        """Predict an image file, or those of a folder."""
        asking = self._asking
        if asking is None:
            return

        def answered(path: Path | None) -> None:
            if path is not None:
                self._say_loading(asking)
                self.in_thread(lambda: asking.files(path), self._show_own, "predict")

        title = "Predict an image, or the images of a folder"
        self.app.push_screen(PathScreen(title, "file", Path.cwd(), SUFFIXES), answered)

    def _show_own(self, answer: tuple[ModelReady, tuple[Prediction, ...]]) -> None:
        ready, predictions = answer
        if len(predictions) != 1:
            self.app.push_screen(OwnImagesScreen(ready.classes, predictions))
        elif predictions[0].problem:
            self.complain(predictions[0].problem)
        else:
            self.app.push_screen(OwnImageScreen(ready.classes, predictions[0]))

    def _say_loading(self, asking: Asking) -> None:
        if not asking.is_loaded:
            self.app.notify(f"Loading {asking.model.name} …", timeout=3, markup=False)

    def action_draw(self) -> None:
        """Draw something for the model."""
        asking = self._asking
        if asking is not None:
            self._say_loading(asking)
            self.in_thread(asking.start, lambda ready: self._open_board(asking, ready), "predict")

    def _open_board(self, asking: Asking, ready: ModelReady) -> None:
        if ready.kind != "image":
            self.complain(f"{ready.dataset} has no images, so there is nothing to draw.")
        elif asking is self._asking:
            self.app.push_screen(DrawScreen(self, asking, ready))

    def action_epoch(self, by: int) -> None:
        """Show what the model said of the fixed samples after another epoch."""
        self._items.step_epoch(by)
        self._enter_items()

    def action_part(self) -> None:
        """Show another part of the evaluation."""
        self._score.next_part()
        self.remove_class("-items")

    def action_copy(self) -> None:
        """Copy the command that shows in a shell what is shown here."""
        model = self._model
        if model is not None:
            at_items = self.has_class("-items") or self._items.grid.has_focus
            asked = self._items.options() if at_items else ["evaluate", "--full"]
            # The samples of an epoch are the run's, not a checkpoint's.
            name = model.run.name if self._items.is_at_epoch else model.name
            copy_command(self.app, shell_line(name, self._split, asked))

    def action_page(self, by: int) -> None:
        """Turn the page."""
        self._items.grid.turn_page(by)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done."""
        match action:
            case "outcome" | "class" | "part":
                return self._result is not None and self._result.errors is None
            case "order":
                return self._result is not None
            case "evaluate" | "copy" | "split" | "compare":
                return self._model is not None
            case "image" | "draw":
                return models.may_have_images(self._model, self.session.registry)
            case "epoch":
                return self.is_composed and self._items.epochs > 0
        return True
