"""One combination, really trained, saved and resumed."""

import math
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import numpy as np

from workbench.api.errors import WorkbenchError
from workbench.api.training import Evaluation, ModelSummary, Trainer
from workbench.core.plugins.tracebacks import place_of
from workbench.testing.lessons import BATCHES, Lesson
from workbench.testing.report import Notes

if TYPE_CHECKING:
    from workbench.testing.training import Combination

_EPOCHS = 8


Extent = Literal["outputs", "learning", "resuming"]
"""How far a combination is checked; each has what comes before it."""


class TrainerChecks:
    """Checks one combination and notes what is to change."""

    def __init__(self, combination: "Combination", notes: Notes) -> None:
        self._combination = combination
        self._notes = notes
        self.is_wrong = False

    def run(self, extent: Extent) -> bool:
        """Each check; the later ones only if the earlier ones could be done.

        Returns whether the model takes what there is to learn.
        """
        try:
            lesson = self._combination.lesson()
        except Exception as error:
            self._find(
                f"its refuse() fails: {type(error).__name__}: {error} ({place_of(error)}); mend it."
            )
            return True
        if lesson is not None:
            self._check(lesson, extent)
        return lesson is not None

    def _check(self, lesson: Lesson, extent: Extent) -> None:
        # Making a trainer and its first step can take long: one that was trained is saved too.
        what = "be trained"
        try:
            trainer = self._combination.trainer(lesson)
            if extent == "outputs":
                self._check_outputs(trainer, lesson)
            elif self._check_learning(trainer, lesson) and extent == "resuming":
                what = "be saved and resumed"
                self._check_resuming(trainer, lesson)
        except WorkbenchError as error:
            self._find(f"it can't {what}: {error}")
        except Exception as error:
            place = place_of(error)
            self._find(f"it can't {what}: {type(error).__name__}: {error} ({place}); mend it.")

    def _find(self, problem: str) -> None:
        self.is_wrong = True
        where = "" if self._combination.task == "multiclass" else f"{self._combination.task}: "
        self._notes.find(self._combination.subject, where + problem)

    def _check_learning(self, trainer: Trainer, lesson: Lesson) -> bool:
        """Whether it can be trained at all; what it learned is noted."""
        if trainer.steps_per_epoch != BATCHES:
            self._find(
                f"steps_per_epoch is {trainer.steps_per_epoch} for {BATCHES} batches of items; it "
                "must be the number of batches, the last smaller one included."
            )
            return False
        if not self._check_outputs(trainer, lesson):
            return False
        self._check_summary(trainer)
        if not isinstance(getattr(trainer, "device", None), str):
            self._find('it has no device; set the name of the one in use, such as "cpu".')
        before = trainer.evaluate("test")
        epochs = []
        for epoch in range(_EPOCHS):
            losses = self._train_epoch(trainer, epoch)
            if len(losses) != BATCHES or not all(map(math.isfinite, losses)):
                self._find(
                    f"train() returned {losses} for {BATCHES} batches; return the loss of each, a "
                    "finite number."
                )
                return False
            epochs.append(fmean(losses))
        after = trainer.evaluate("test")
        self._check_progress(before.loss, after.loss, epochs)
        self._check_evaluation(trainer, lesson, after)
        return True

    def _check_progress(self, before: float, after: float, epochs: list[float]) -> None:
        """Whether the items are known better after training on them than before.

        Dropout and the statistics of a normalisation make a model another one in training than
        in tests, whose running statistics a short training on few items leaves far behind: then
        the losses in training count as well.
        """
        if after < before:
            return
        if after == before:
            self._find(
                "evaluate() says the same loss before and after training; use the trained weights "
                "in it."
            )
        elif not epochs[-1] < epochs[0]:
            self._find(
                f"{_EPOCHS} epochs on {BATCHES} batches with the default learning rate don't lower "
                f"their loss ({epochs[0]:.6f} in the first, {epochs[-1]:.6f} in the last); mend "
                "the gradient's direction or the default of lr."
            )

    def _check_evaluation(self, trainer: Trainer, lesson: Lesson, said: Evaluation) -> None:
        size = len(lesson.splits["test"])
        if said.size != size:
            self._find(f"evaluate() says {said}; size must be the split's length, {size}.")
            return
        logits = _rows(trainer.logits("test", range(size)))
        labels = lesson.splits["test"].arrays()[1]  # type: ignore[index]
        if lesson.info.task == "regression":
            self._check_errors(said, np.asarray(logits) - labels)
            return
        right = sum(_class_of(row) == label for row, label in zip(logits, labels, strict=True))
        if said.correct != right:
            self._find(
                f"evaluate() says that {said.correct} items are right, but by logits() it is "
                f"{right}; count those whose largest output, or whose one logit's sign, is that "
                "of their class."
            )

    def _check_errors(self, said: Evaluation, errors: Any) -> None:
        if said.correct is not None:
            self._find(f"evaluate() says that {said.correct} items are right; say correct=None.")
        for name, by_logits in (("mae", abs(errors).mean()), ("mse", (errors**2).mean())):
            value = getattr(said, name)
            if value is None or not math.isclose(value, by_logits, rel_tol=1e-3, abs_tol=1e-6):
                self._find(
                    f"evaluate() says {name}={value}, but by logits() it is {by_logits:.6f}; take "
                    "the mean over all items and targets."
                )

    def _check_outputs(self, trainer: Trainer, lesson: Lesson) -> bool:
        """Whether they are such that training is worth trying."""
        indices, width = [0, 2, 5], lesson.info.num_outputs
        outputs = trainer.logits("test", indices)
        if (shape := np.shape(outputs)) != (len(indices), width):
            self._find(
                f"its output for {len(indices)} items has the shape {shape}, but the dataset asks "
                f"for {width} outputs; the model must return (batch, dataset.num_outputs)."
            )
            return False
        if not all(isinstance(part, Sequence) for part in (outputs, *outputs)):
            self._find("logits() must return lists of numbers; use tolist() of an array.")
        logits = _rows(outputs)
        if not all(math.isfinite(value) for row in logits for value in row):
            self._find("its outputs before training are not finite; mend the first weights.")
        again = _rows(trainer.logits("test", indices))
        if again != logits:
            self._find("logits() differs from call to call; turn dropout and the like off in it.")
        inputs = lesson.splits["test"].arrays()[0][indices]  # type: ignore[index]
        if not np.allclose(_rows(trainer.logits_of(inputs)), logits, rtol=1e-3, atol=1e-4):
            self._find("logits_of() differs from logits() of the same items; prepare them alike.")
        return True

    def _check_summary(self, trainer: Trainer) -> None:
        summary = trainer.summary()
        if not isinstance(summary, ModelSummary) or summary.parameters < 1:
            self._find("summary() must return a ModelSummary of a model with parameters.")
            return
        try:
            msgspec.json.encode(summary)
        except TypeError as error:
            self._find(f"summary() must hold plain numbers and texts ({error}); convert them.")

    def _check_resuming(self, first: Trainer, lesson: Lesson) -> None:
        half = BATCHES // 2
        begun, left = range(half), range(half, BATCHES)
        first.start_epoch(_EPOCHS)
        self._train(first, begun)
        with tempfile.TemporaryDirectory(prefix="workbench-check-") as folder:
            first.save(Path(folder))
            saved = _rows(first.logits("test", range(8)))
            wanted = [*self._train(first, left), *self._train_epoch(first, _EPOCHS + 1)]
            second = self._combination.trainer(lesson)
            second.load(Path(folder))
            loaded = _rows(second.logits("test", range(8)))
            if loaded != saved:
                self._find("a loaded checkpoint gives other outputs; save and load each weight.")
                return
            found = [*self._train(second, left), *self._train_epoch(second, _EPOCHS + 1)]
            if found != wanted:
                self._find(
                    "a resumed run is not exact: its losses differ from those of the run that went "
                    "on; save the optimizer's state, the random generators and the epoch's order."
                )
            self._check_weights(lesson, Path(folder), saved)

    def _train_epoch(self, trainer: Trainer, epoch: int) -> list[float]:
        trainer.start_epoch(epoch)
        return self._train(trainer, range(BATCHES))

    def _train(self, trainer: Trainer, batches: range) -> list[float]:
        return list(trainer.train(batches, [self._combination.learning_rate] * len(batches)))

    def _check_weights(self, lesson: Lesson, folder: Path, saved: list[list[float]]) -> None:
        third = self._combination.trainer(lesson)
        third.load_weights(folder)
        if _rows(third.logits("test", range(8))) != saved:
            self._find("load_weights() gives other outputs than the saved model; read each weight.")


def _rows(logits: Any) -> list[list[float]]:
    return [[float(value) for value in row] for row in logits]


def _class_of(row: list[float]) -> int:
    """The class that a row of logits, or the one of a binary task, says."""
    return row.index(max(row)) if len(row) > 1 else int(row[0] > 0)
