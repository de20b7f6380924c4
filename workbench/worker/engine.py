"""The engine: drives a trainer through its plan, and writes down what happens."""

import math
import signal
import time
from collections.abc import Callable
from types import FrameType

from workbench.api.errors import UserError
from workbench.api.events import (
    BatchesTrained,
    EpochStarted,
    EpochTested,
    LossReported,
    PlateauReached,
    RunEnd,
    RunFinished,
    RunPaused,
    RunResumed,
    SamplesPredicted,
    number,
)
from workbench.api.training import Trainer
from workbench.core.plan import Plan
from workbench.core.schedules import schedule_factor
from workbench.worker.journal import Journal
from workbench.worker.pacing import Pacing
from workbench.worker.position import Position
from workbench.worker.samples import predict_samples
from workbench.worker.saving import Saver
from workbench.worker.setup import Prepared
from workbench.worker.steering import Steering

_PAUSED_POLL_S = 0.02


class Engine:
    """One run, from a position to its end.

    Between two stretches of batches it answers commands and saves; within one it does
    nothing but train.
    """

    def __init__(
        self,
        plan: Plan,
        trainer: Trainer,
        prepared: Prepared,
        journal: Journal,
        saver: Saver,
        steering: Steering,
        position: Position,
    ) -> None:
        self._plan = plan
        self._trainer = trainer
        self._prepared = prepared
        self._journal = journal
        self._saver = saver
        self._steering = steering
        self._position = position
        self._pacing = Pacing()
        self.on_terminate: Callable[[], None] = _nothing
        """Called before the run stops because its process was told to end."""
        signal.signal(signal.SIGTERM, self._terminate)

    def run(self) -> None:
        """Train until the plan is done or someone stops it."""
        # What was asked before the worker came, such as more epochs for a finished run.
        if not self._steer():
            return
        while self._position.epoch < self._position.epochs and not self._is_on_plateau():
            while self._position.batch < self._trainer.steps_per_epoch:
                # Answered before an epoch is started, so that a checkpoint at batch 0 is
                # always one from before the epoch's order was drawn.
                if not self._steer():
                    return
                if self._position.batch == 0:
                    self._start_epoch()
                self._train_stretch()
            self._finish_epoch()
            if self._steering.stop_at_epoch_end:
                self._end("stopped")
                return
            # What was asked during the test is answered before the run may end.
            if not self._steer():
                return
        self._end("completed")

    @property
    def _step(self) -> int:
        return self._position.step(self._trainer.steps_per_epoch)

    def _start_epoch(self) -> None:
        self._trainer.start_epoch(self._position.epoch)
        self._journal.add(EpochStarted(epoch=self._position.epoch, step=self._step))

    def _steer(self) -> bool:
        """Answer commands, wait out a pause, save if it is time; False when the run ended."""
        self._steering.obey(self._step)
        if self._steering.is_paused:
            self._pause()
        if self._steering.stop_now:
            self._end("stopped")
            return False
        if self._saver.is_due(self._step):
            self._saver.save(self._position, "policy")
        return True

    def _pause(self) -> None:
        self._journal.add(RunPaused(step=self._step))
        self._journal.sync()
        while self._steering.is_paused and not self._steering.stop_now:
            time.sleep(_PAUSED_POLL_S)
            self._steering.obey(self._step)
        if not self._steering.stop_now:
            self._journal.add(RunResumed(step=self._step))

    def _train_stretch(self) -> None:
        position, trainer = self._position, self._trainer
        log_every = self._plan.run.log_every
        batches = self._pacing.stretch(position.batch, trainer.steps_per_epoch, log_every)
        batches = batches[: self._steering.batches_until_pause]
        rates = self._learning_rates(batches)
        began = time.perf_counter()
        losses = list(trainer.train(batches, rates))
        elapsed_s = time.perf_counter() - began
        self._pacing.learn(len(batches), elapsed_s)
        self._steering.count(len(batches))
        position.batch = batches.stop
        position.elapsed_s += elapsed_s
        position.accuracy = position.loss = None
        self._report(batches, losses, rates[-1], elapsed_s)
        self._refuse_broken_loss(batches, losses)

    def _learning_rates(self, batches: range) -> list[float]:
        steps_per_epoch = self._trainer.steps_per_epoch
        first = self._position.epoch * steps_per_epoch
        return [
            self._position.learning_rate
            * schedule_factor(
                self._plan.schedule, first + batch, steps_per_epoch, self._position.epochs
            )
            for batch in batches
        ]

    def _report(
        self, batches: range, losses: list[float], learning_rate: float, elapsed_s: float
    ) -> None:
        size = self._prepared.info.sizes["train"]
        batch_size, last = self._plan.data.batch_size, batches[-1]
        self._journal.add(
            BatchesTrained(
                epoch=self._position.epoch,
                first_batch=batches.start,
                losses=tuple(number(value) for value in losses),
                step=self._step,
                current=min((last + 1) * batch_size, size),
                size=size,
                learning_rate=learning_rate,
                elapsed_s=elapsed_s,
            )
        )
        if last % self._plan.run.log_every == 0:
            items = min(batch_size, size - last * batch_size)
            self._journal.add(
                LossReported(
                    epoch=self._position.epoch,
                    batch=last,
                    step=self._step,
                    loss=number(losses[-1]),
                    current=(last + 1) * items,
                    size=size,
                )
            )

    def _refuse_broken_loss(self, batches: range, losses: list[float]) -> None:
        for batch, value in zip(batches, losses, strict=True):
            if not math.isfinite(value):
                raise UserError(
                    f"The loss became {value} at batch {batch} of epoch {self._position.epoch}; "
                    "lower the learning rate. The earlier checkpoints are untouched."
                )

    def _finish_epoch(self) -> None:
        position, plan = self._position, self._plan
        began = time.perf_counter()
        result = self._trainer.evaluate("test")
        elapsed_s = time.perf_counter() - began
        position.elapsed_s += elapsed_s
        is_best = position.record_test(result.accuracy, result.loss, plan.checkpoint.keep_best)
        self._journal.add(
            EpochTested(
                epoch=position.epoch,
                step=self._step,
                accuracy=result.accuracy,
                loss=number(result.loss),
                correct=result.correct,
                size=result.size,
                elapsed_s=elapsed_s,
                is_best=is_best,
                mae=None if result.mae is None else number(result.mae),
                mse=None if result.mse is None else number(result.mse),
            )
        )
        self._predict_samples()
        position.epoch, position.batch = position.epoch + 1, 0
        every_epochs = plan.checkpoint.every_epochs
        if every_epochs and position.epoch % every_epochs == 0:
            self._saver.save(position, "epoch")

    def _is_on_plateau(self) -> bool:
        patience = self._plan.run.patience
        epochs = self._position.epochs_since_best
        if not patience or epochs < patience:
            return False
        metric = self._plan.checkpoint.keep_best
        if self._position.best_accuracy is None:
            metric = "loss"
        self._journal.add(PlateauReached(step=self._step, metric=metric, epochs=epochs))
        return True

    def _predict_samples(self) -> None:
        count = min(self._plan.run.samples, self._prepared.info.sizes["test"])
        if count:
            splits = self._prepared.loaded.splits
            samples = predict_samples(
                self._trainer, self._prepared.info, splits, "test", range(count)
            )
            self._journal.add(
                SamplesPredicted(
                    split="test", step=self._step, samples=samples, epoch=self._position.epoch
                )
            )

    def _end(self, end: RunEnd) -> None:
        position = self._position
        self._saver.save(position, end)
        self._journal.add(
            RunFinished(
                end=end,
                step=self._step,
                last_accuracy=position.last_accuracy,
                best_accuracy=position.best_accuracy,
                elapsed_s=position.elapsed_s,
            )
        )

    def _terminate(self, signal_number: int, frame: FrameType | None) -> None:
        self.on_terminate()
        self._steering.stop_now = True


def _nothing() -> None:
    pass
