"""The Predict screen: from the accuracy to the matrix, to its images, to one image in depth."""

from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from workbench.api.errors import WorkbenchError
from workbench.api.events import CheckpointSaved, Event, ModelBuilt, RunPaused, SamplesPredicted
from workbench.core.evaluation import EvaluationResult, ItemFilter, epoch_samples
from workbench.core.runs import RunFolder
from workbench.core.text import printable
from workbench.tui.command_line import copy_command
from workbench.tui.plan_fields import Answer
from workbench.tui.run_history import RunHistory
from workbench.tui.screens.answers import AnswersScreen
from workbench.tui.screens.place import PlaceScreen
from workbench.tui.screens.predict import models, report
from workbench.tui.screens.predict.asking import Asking, answer_of
from workbench.tui.screens.predict.bindings import BINDINGS
from workbench.tui.screens.predict.finding import Finding
from workbench.tui.screens.predict.items import EPOCHS_OFFERED, ItemsPanel
from workbench.tui.screens.predict.models import Model
from workbench.tui.screens.predict.outside import Outside
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
        self._model: Model | None = None
        self._asking: Asking | None = None
        self._is_evaluating = False
        self._finding = Finding(self, lambda: self._model, self._take_model)
        self._outside = Outside(self, lambda: self._asking)

    def compose_body(self) -> Iterable[Widget]:
        """The headline over two panels."""
        yield Static(id="headline", classes="panel", markup=False)
        with Horizontal(id="predict"):
            yield ScorePanel(id="score")
            yield ItemsPanel(id="predicted-panel")

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
    def _split(self) -> str:
        return self._finding.split

    @property
    def _result(self) -> EvaluationResult | None:
        return self._model.result if self._model else None

    def on_screen_resume(self) -> None:
        """Look at a model of the open run, unless someone picked another."""
        super().on_screen_resume()
        model, history = self._model, self.session.history
        is_of_open_run = model is not None and history is not None and history.run == model.run
        if model is not None and model.is_live and (self._finding.is_picked or is_of_open_run):
            self._finding.again(model)
        else:
            self._finding.default()

    def run_changed(self, history: RunHistory, events: list[Event]) -> None:
        """The open run may have a model now, a later one, or no live one any more."""
        super().run_changed(history, events)
        model = self._model
        if model is None or model.run != history.run:
            if model is None and any(isinstance(event, _TELLING) for event in events):
                self._finding.default()
            return
        if self._items.add_epochs(events):
            self.refresh_bindings()
        if any(isinstance(event, RunPaused) for event in events):
            self._finding.default()
        if not model.is_live:
            return
        if history.overview.is_live:
            self._show_headline()
        else:  # its worker ended; what it saved at the end is there
            self._finding.forget()

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
        self._model = model
        self._asking = asking or Asking(model, self.session.config)
        self.in_thread(
            lambda: epoch_samples(model.run, EPOCHS_OFFERED),
            lambda epochs: self._take_epochs(model.run, epochs),
            "epochs",
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

    def _take_epochs(self, run: RunFolder, epochs: dict[int, SamplesPredicted]) -> None:
        if self._model is None or self._model.run != run:
            return  # another one was picked meanwhile
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
                if self._result is None:  # what was picked meanwhile waited for this one
                    self._evaluate_first()
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
            other = "train" if self._split == "test" else "test"
            self._finding.named(self._model.name, other)

    def open_checkpoint(self, run: RunFolder, checkpoint: str, split: str) -> None:
        """Look at a checkpoint by name, ``latest`` or ``best``."""
        self._finding.checkpoint(run, checkpoint, split)

    def action_open(self) -> None:
        """Pick another run and checkpoint."""
        self._finding.ask()

    def action_compare(self) -> None:
        """Put several models side by side."""
        if self._model is not None:
            self._finding.compare(self._model)

    def action_image(self) -> None:
        """Predict an image file, or those of a folder."""
        if self._asking is not None:
            self._outside.image(self._asking)

    def action_draw(self) -> None:
        """Draw something for the model."""
        if self._asking is not None:
            self._outside.draw(self._asking)

    def action_epoch(self, by: int) -> None:
        """Show what the model said of the fixed samples after another epoch."""
        self._items.step_epoch(by)
        self._enter_items()

    def action_part(self) -> None:
        """Show another part of the evaluation."""
        self._score.next_part()
        self.remove_class("-items")
        if self._score.is_at_matrix and self.focused is None:  # it went with the matrix
            self._focus_score()

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
