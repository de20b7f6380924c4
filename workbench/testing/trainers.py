"""One combination, really trained, saved and resumed."""

import math
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.api.training import ModelSummary, Trainer
from workbench.testing.lessons import SHAPES, Lesson
from workbench.testing.report import Notes

if TYPE_CHECKING:
    from workbench.testing.training import Combination

_STEPS = 30


class TrainerChecks:
    """Checks one combination and notes what is to change."""

    def __init__(self, combination: "Combination", notes: Notes) -> None:
        self._combination = combination
        self._notes = notes

    def run(self) -> None:
        """Each check; the later ones only if the earlier ones could be done."""
        steps: tuple[tuple[str, Callable[[], None]], ...] = (
            ("be trained", self._check_learning),
            ("be saved and resumed", self._check_resuming),
        )
        for what, step in steps:
            try:
                step()
            except Exception as error:
                place = _place(error)
                self._find(f"it can't {what}: {type(error).__name__}: {error} ({place}); mend it.")
                return

    def _find(self, problem: str) -> None:
        self._notes.find(self._combination.subject, problem)

    def _lesson(self, *, whole: bool) -> Lesson | None:
        lesson = self._combination.lesson(whole=whole)
        if lesson is None:
            self._notes.skip(
                self._combination.subject,
                f"its refuse() takes none of {SHAPES} in four classes, so it was not trained.",
            )
        return lesson

    def _check_learning(self) -> None:
        lesson = self._lesson(whole=False)
        if lesson is None:
            return
        trainer = self._combination.trainer(lesson)
        if trainer.steps_per_epoch != 1:
            self._find(
                f"steps_per_epoch is {trainer.steps_per_epoch} for one batch of items; it must be "
                "the number of batches, the last smaller one included."
            )
            return
        self._check_outputs(trainer, lesson)
        self._check_summary(trainer)
        before = trainer.evaluate("test")
        for epoch in range(_STEPS):
            trainer.start_epoch(epoch)
            losses = list(trainer.train(range(1), [self._combination.learning_rate]))
            if len(losses) != 1 or not math.isfinite(losses[0]):
                self._find(
                    f"train() returned {losses} for one batch; return its loss, a finite number."
                )
                return
        after = trainer.evaluate("test")
        if not after.loss < before.loss:
            self._find(
                f"{_STEPS} steps on one batch with the default learning rate don't lower its loss "
                f"({before.loss:.6f} before, {after.loss:.6f} after); mend the gradient's "
                "direction or the default of lr."
            )
        if after.size != len(lesson.splits["test"]) or not 0 <= (after.correct or 0) <= after.size:
            self._find(f"evaluate() says {after}; size must be the split's length.")

    def _check_outputs(self, trainer: Trainer, lesson: Lesson) -> None:
        indices, width = [0, 2, 5], lesson.info.num_outputs
        logits = _rows(trainer.logits("test", indices))
        if [len(row) for row in logits] != [width] * len(indices):
            shape = (len(logits), len(logits[0]) if logits else 0)
            self._find(
                f"its output for {len(indices)} items has the shape {shape}, but the dataset asks "
                f"for {width} outputs; the model must return (batch, dataset.num_outputs)."
            )
        elif not all(math.isfinite(value) for row in logits for value in row):
            self._find("its outputs before training are not finite; mend the first weights.")
        again = _rows(trainer.logits("test", indices))
        if again != logits:
            self._find("logits() differs from call to call; turn dropout and the like off in it.")

    def _check_summary(self, trainer: Trainer) -> None:
        summary = trainer.summary()
        if not isinstance(summary, ModelSummary) or summary.parameters < 1:
            self._find("summary() must return a ModelSummary of a model with parameters.")

    def _check_resuming(self) -> None:
        lesson = self._lesson(whole=True)
        if lesson is None:
            return
        rates = [self._combination.learning_rate] * 2
        first = self._combination.trainer(lesson)
        first.start_epoch(0)
        first.train(range(2), rates)
        with tempfile.TemporaryDirectory(prefix="workbench-check-") as folder:
            first.save(Path(folder))
            saved = _rows(first.logits("test", range(8)))
            wanted = [list(first.train(range(2, 4), rates)), *self._second_epoch(first)]
            second = self._combination.trainer(lesson)
            second.load(Path(folder))
            loaded = _rows(second.logits("test", range(8)))
            if loaded != saved:
                self._find("a loaded checkpoint gives other outputs; save and load each weight.")
                return
            found = [list(second.train(range(2, 4), rates)), *self._second_epoch(second)]
            if found != wanted:
                self._find(
                    "a resumed run is not exact: its losses differ from those of the run that went "
                    "on; save the optimizer's state, the random generators and the epoch's order."
                )
            self._check_weights(lesson, Path(folder), saved)

    def _second_epoch(self, trainer: Trainer) -> list[Any]:
        trainer.start_epoch(1)
        return list(trainer.train(range(4), [self._combination.learning_rate] * 4))

    def _check_weights(self, lesson: Lesson, folder: Path, saved: list[list[float]]) -> None:
        third = self._combination.trainer(lesson)
        third.load_weights(folder)
        if _rows(third.logits("test", range(8))) != saved:
            self._find("load_weights() gives other outputs than the saved model; read each weight.")


def _rows(logits: Any) -> list[list[float]]:
    return [[float(value) for value in row] for row in logits]


def _place(error: BaseException) -> str:
    """The innermost line that raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "no place"
