"""``python -m workbench.worker.search RUNS_DIR DATA_DIR NAME``: a sweep that Optuna steers."""

import importlib
import signal
import sys
import time
from pathlib import Path
from typing import Any

import filelock

from workbench.api.errors import UserError
from workbench.core.queue import enqueue, start_dispatcher
from workbench.core.runs import RunFolder, is_alive, overview
from workbench.core.sweeps import Choices, Dimension, Member, Values, member_plan, parse_overs
from workbench.core.sweeps.members import create_member, sweep_members
from workbench.core.sweeps.search import Search, SearchFiles, read_search
from workbench.worker.setup import load_registry

_POLL_S = 0.1
_WAIT_S = 1.0


class Searcher:
    """Asks Optuna for the values of a member, lets it wait in the queue, and tells the result."""

    def __init__(self, files: SearchFiles, data_dir: Path) -> None:
        self._optuna = importlib.import_module("optuna")
        self._files = files
        self._data_dir = data_dir
        self._search: Search = read_search(files)
        self._registry = load_registry(self._search.document)
        document = self._search.document
        self._dimensions = parse_overs(self._search.overs, document, self._registry)
        self._space = {item.key: self._distribution(item) for item in self._dimensions}

    def run(self) -> None:
        """Work until the last member has ended, or one was cancelled."""
        members = sweep_members(self._files.runs_dir, self._search.name)
        # Another seed than that of the process before, which has drawn its first values.
        sampler = self._optuna.samplers.TPESampler(seed=self._search.seed + len(members))
        study = self._optuna.create_study(direction="maximize", sampler=sampler)
        for number in range(1, self._search.samples + 1):
            if number in members:
                member, run = members[number]
                if not (run.events.exists() or run.queued.exists() or is_alive(run)):
                    self._start(run)  # made, and then we were killed
                _wait_for_end(run)
                study.add_trial(self._trial(member.values, _score(run)))
            elif not self._go_on(study, number):
                break
        self._files.search.unlink(missing_ok=True)

    def _go_on(self, study: Any, number: int) -> bool:
        """Try one member more; False if a person cancelled it."""
        trial = study.ask(self._space)
        values = {item.key: _text(item, trial.params[item.key]) for item in self._dimensions}
        try:
            plan = member_plan(self._search.document, values, self._registry)
        except UserError as error:
            print(f"Member {number} is left out: {error}", flush=True)
            study.tell(trial, state=self._optuna.trial.TrialState.FAIL)
            return True
        member = Member(self._search.name, number, values)
        run = create_member(self._files.runs_dir, member, plan)
        self._start(run)
        _wait_for_end(run)
        if _is_cancelled(run):
            print(f"{run.name} was cancelled, and the sweep with it.", flush=True)
            return False
        score = _score(run)
        states = self._optuna.trial.TrialState
        study.tell(trial, score, states.FAIL if score is None else states.COMPLETE)
        return True

    def _start(self, run: RunFolder) -> None:
        enqueue(run)
        start_dispatcher(self._files.runs_dir, self._data_dir)

    def _trial(self, values: Values, score: float | None) -> Any:
        """A member of an earlier process as Optuna remembers it."""
        states = self._optuna.trial.TrialState
        return self._optuna.trial.create_trial(
            params={item.key: _parsed(item, values[item.key]) for item in self._dimensions},
            distributions=self._space,
            value=score,
            state=states.FAIL if score is None else states.COMPLETE,
        )

    def _distribution(self, item: Dimension) -> Any:
        kinds = self._optuna.distributions
        if isinstance(item, Choices):
            return kinds.CategoricalDistribution(item.values)
        kind = kinds.IntDistribution if item.is_whole else kinds.FloatDistribution
        return kind(item.low, item.high, log=item.is_log)


def _text(item: Dimension, value: Any) -> str:
    return str(value) if isinstance(item, Choices) else item.text(value)


def _parsed(item: Dimension, text: str) -> str | float:
    if isinstance(item, Choices):
        return text
    return int(text) if item.is_whole else float(text)


def _wait_for_end(run: RunFolder) -> None:
    # In this order: a worker holds the lock before it takes the run out of the queue.
    while run.queued.exists() or is_alive(run):
        time.sleep(_POLL_S)


def _is_cancelled(run: RunFolder) -> bool:
    """Whether someone took a run that never started out of the queue.

    It leaves the queue a moment before its folder goes to the trash.
    """
    deadline = time.monotonic() + _WAIT_S
    while run.plan.exists() and not run.events.exists() and time.monotonic() < deadline:
        time.sleep(_POLL_S)
    return not run.plan.exists()


def _score(run: RunFolder) -> float | None:
    """The larger, the better: the best accuracy, or less the best error of a regression."""
    seen = overview(run)
    return -seen.best_error if seen.best_error is not None else seen.best_accuracy


def search(files: SearchFiles, data_dir: Path) -> None:
    """Go on with a search, unless another process does."""
    try:
        with filelock.FileLock(files.lock, timeout=_WAIT_S):
            if files.search.exists():
                Searcher(files, data_dir).run()
    except filelock.Timeout:
        return


if __name__ == "__main__":
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    search(SearchFiles(Path(sys.argv[1]), sys.argv[3]), Path(sys.argv[2]))
