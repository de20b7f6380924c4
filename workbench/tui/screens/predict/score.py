"""How good a model is: the confusion matrix, the classes and the calibration."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from workbench.core.evaluation import EvaluationResult, RegressionErrors
from workbench.core.text import printable
from workbench.tui.screens.predict import report
from workbench.tui.widgets.matrix import ConfusionMatrix
from workbench.tui.widgets.titles import set_subtitle

_PARTS = (
    ("Confusion", "rows actual, columns predicted"),
    ("Classes", "precision, recall and F1 of each"),
    ("Calibration", "how often it is right where it is so sure"),
)
_MISTAKES = 8
_FAR_HEAD = 2


class ScorePanel(Vertical):
    """All parts where there is room for them, else one of them."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self._result: EvaluationResult | None = None
        self._part = 0

    def compose(self) -> ComposeResult:
        """The parts from top to bottom."""
        yield Static("reading …", id="score-nothing", markup=False)
        yield ConfusionMatrix(id="matrix")
        for name in ("cell", "mistakes", "classes-table", "calibration"):
            yield Static(id=name, classes="part", markup=False)

    def on_mount(self) -> None:
        """Name the panel."""
        self._show_part(0)

    @property
    def matrix(self) -> ConfusionMatrix:
        """The confusion matrix."""
        return self.query_one(ConfusionMatrix)

    def say(self, words: str) -> None:
        """What stands there while there is no result."""
        self.query_one("#score-nothing", Static).update(printable(words))

    def show(self, result: EvaluationResult | None) -> None:
        """Show this evaluation."""
        self._result = result
        is_regression = result is not None and result.errors is not None
        self.set_class(result is not None and not is_regression, "-has-result")
        self.set_class(is_regression, "-has-errors")
        if result is None:
            self._show_below()
            return
        if result.errors is not None:
            self._show_errors(result, result.errors)
            return
        self._show_part(self._part)
        self.matrix.show(result.classes, result.confusion)
        self._show_cell()
        for name, lines in (
            ("#mistakes", report.mistake_lines(result, _MISTAKES)),
            ("#calibration", report.calibration_lines(result)),
        ):
            self.query_one(name, Static).update(Content("\n").join(lines))
        self._show_classes(result)

    def _show_classes(self, result: EvaluationResult) -> None:
        lines = report.class_lines(result, self.content_size.width)
        self.query_one("#classes-table", Static).update(Content("\n").join(lines))

    def _show_errors(self, result: EvaluationResult, errors: RegressionErrors) -> None:
        """A regression has no matrix and no classes, but the errors of its values.

        Below them are as many of its items as there is room for, those farthest off first.
        """
        lines = [*report.error_lines(errors), Content("")]
        room = self.content_size.height - len(lines) - _FAR_HEAD
        if room > 0:
            lines += report.far_lines(result, room)
        self.query_one("#score-nothing", Static).update(Content("\n").join(lines))
        words = "mean absolute, mean squared; R² is 1 for a perfect model"
        self.border_title = Content.assemble(("Errors", "bold"), (f"  {words}", "$muted"))

    @on(ConfusionMatrix.Moved)
    def _show_cell(self) -> None:
        if self._result is not None and self._result.confusion:
            words = report.cell_words(self._result, *self.matrix.at)
            self.query_one("#cell", Static).update(words)
            self._show_below()

    def on_resize(self) -> None:
        """As wide as there is room for."""
        result = self._result
        if result is not None and result.errors is not None:
            self._show_errors(result, result.errors)
        elif result is not None:
            self._show_classes(result)
        self._show_below()

    def _show_below(self) -> None:
        """Where there is no line for the words of the cell, they stand below in the frame."""
        words = Content("")
        is_matrix = self.is_at_matrix and self.has_class("-has-result")
        if is_matrix and self.screen.has_class("-low") and self._result is not None:
            words = report.cell_words(self._result, *self.matrix.at)
        set_subtitle(self, words)

    @property
    def is_at_matrix(self) -> bool:
        """Whether the part that is shown is the matrix."""
        return self._part == 0

    def next_part(self) -> None:
        """Show another part."""
        if self._result is not None and self._result.errors is not None:
            return
        self._show_part((self._part + 1) % len(_PARTS))

    def _show_part(self, part: int) -> None:
        self.remove_class(f"-part-{self._part}")
        self._part = part
        self.add_class(f"-part-{part}")
        name, words = _PARTS[part]
        self._show_below()
        self.border_title = Content.assemble((name, "bold"), (f"  {words}", "$muted"))
