"""``python -m workbench.worker.rank RUN_DIR DATA_DIR PID``: one of a run's several processes.

A launcher starts it, and says in the environment which it is: ``RANK``, ``LOCAL_RANK`` and
``WORLD_SIZE``. ``PID`` is the worker that leads the run on this machine.
"""

import os
import signal
import sys
import threading
import time
import traceback
from pathlib import Path

import psutil

from workbench.api.errors import RankLost, WorkbenchError
from workbench.api.events import Event, RunFailed
from workbench.api.training import Ranks, SupportsRanks
from workbench.core.plan import Plan
from workbench.core.plan.devices import device_indices
from workbench.core.queue import visible_gpus
from workbench.core.runs import EventWriter, RunFolder
from workbench.worker.disk import Reserve
from workbench.worker.explaining import explain
from workbench.worker.followers import Followers
from workbench.worker.journal import Journal
from workbench.worker.rank_files import RankFiles
from workbench.worker.setup import Share, create_trainer, prepare_data, read_plan
from workbench.worker.training import Lead, Task, told_before, train_plan

_POLL_S = 0.05
_WATCH_S = 0.25
_STOP_WAIT_S = 2.0
# A rank that has not ended by itself so long after the run's end waits for one that is gone.
_OVER_WAIT_S = 10.0


class Rank:
    """This process among those of a run."""

    def __init__(self, run: RunFolder, data_dir: Path, lead_pid: int) -> None:
        self._run = run
        self._data_dir = data_dir
        self._lead_pid = lead_pid
        self._files = RankFiles(run)
        number = {name: int(os.environ[name]) for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK")}
        self.place = Ranks(number["RANK"], number["WORLD_SIZE"], number["LOCAL_RANK"])
        self._attempt = int(os.environ.get("TORCHELASTIC_RESTART_COUNT", "0"))

    def work(self) -> int:
        """Train the run with the other ranks; the exit code, 0 if there is nothing to restart."""
        if self._files.is_over() or self._files.is_told_to_stop():
            return 0
        threading.Thread(target=self._watch, name="watch", daemon=True).start()
        try:
            if self.place.rank == 0:
                self._lead()
            else:
                self._follow()
        except RankLost as lost:
            print(f"Rank {self.place.rank}: another rank is gone ({lost}).", flush=True)
            return 1
        except Exception as error:
            self._keep(error)
            return 1
        return 0

    def _keep(self, error: Exception) -> None:
        sentence, code = explain(error, self._run.path)
        trace = "".join(traceback.format_exception(error))
        print(trace, flush=True)
        self._files.keep_failure(self.place.rank, self._attempt, sentence, code, trace)

    def _lead(self) -> None:
        earlier = told_before(self._run)
        journal = Journal(self._run, EventWriter(self._run), Reserve(self._run.path))
        try:
            hopeless = self._files.mendable_failure()
            if hopeless is not None:
                _fail(journal, hopeless.error, hopeless.traceback)
            else:
                self._train(journal, earlier)
            self._files.tell_over()
        finally:
            journal.close()

    def _train(self, journal: Journal, earlier: list[Event]) -> None:
        """Train; only what no person could mend is passed on, and tried again."""
        try:
            plan, registry = read_plan(self._run.plan)
            journal.follow(Followers(self._run, plan, registry))
            lead = Lead(
                pid=self._lead_pid,
                notice=self._notice(plan),
                on_prepared=lambda: self._files.tell_prepared(self._attempt),
                on_terminate=self._confirm_stop,
            )
            share, asked_before = self._share(plan), self._files.asked_before()
            run, data_dir = self._run, self._data_dir
            train_plan(
                Task(run, data_dir, journal, earlier, plan, registry, asked_before, share, lead)
            )
        except Exception as error:
            sentence, code = explain(error, self._run.path)
            if code != 2:
                raise
            trace = "".join(traceback.format_exception(error))
            journal.free_reserve()
            _fail(journal, sentence, trace)
            print(trace, flush=True)

    def _follow(self) -> None:
        while not self._files.is_prepared(self._attempt):
            if self._files.is_over():
                return
            time.sleep(_POLL_S)
        plan, registry = read_plan(self._run.plan)
        prepared = prepare_data(plan, registry, self._data_dir)
        trainer = create_trainer(plan, registry, prepared, self._share(plan))
        if not isinstance(trainer, SupportsRanks):
            raise WorkbenchError(f"The backend {plan.backend.name} trains in one process only.")
        # Rank 0 says when to stop, so that all do at the same batch.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        trainer.follow()

    def _share(self, plan: Plan) -> Share:
        return Share(device_indices(plan.run, len(visible_gpus())), self.place)

    def _notice(self, plan: Plan) -> str:
        if not self._attempt:
            return ""
        return (
            f"One of the {self.place.size} processes was lost; all begin again from the latest "
            f"checkpoint (restart {self._attempt} of {plan.run.restarts})."
        )

    def _confirm_stop(self) -> None:
        """Tell who wants the run to stop from a launcher that clears up after a lost rank."""
        deadline = time.monotonic() + _STOP_WAIT_S
        while not self._files.is_told_to_stop():
            if time.monotonic() > deadline:
                raise RankLost("the launcher ends this one")
            time.sleep(_POLL_S)

    def _watch(self) -> None:
        """See to it that no rank outlives the run, whatever it waits for."""
        lead = _process(self._lead_pid) if self.place.rank == 0 else None
        while not self._files.is_over():
            if self.place.rank == 0 and (self._files.is_told_to_stop() or _is_gone(lead)):
                self._files.tell_to_stop()
                os.kill(os.getpid(), signal.SIGTERM)
                return
            time.sleep(_WATCH_S)
        time.sleep(_OVER_WAIT_S)
        os._exit(0)


def _fail(journal: Journal, error: str, trace: str) -> None:
    journal.add(RunFailed(error=error, exit_code=2, traceback=trace))


def _process(pid: int) -> psutil.Process | None:
    try:
        return psutil.Process(pid)
    except psutil.Error:
        return None


def _is_gone(process: psutil.Process | None) -> bool:
    try:
        return process is None or process.status() == psutil.STATUS_ZOMBIE
    except psutil.Error:
        return True


def _write_apart(run: RunFolder, rank: int) -> None:
    """The output of another rank than rank 0 goes to a log of its own."""
    with run.rank_log(rank).open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)


if __name__ == "__main__":
    folder = RunFolder(Path(sys.argv[1]))
    this = Rank(folder, Path(sys.argv[2]), int(sys.argv[3]))
    if this.place.rank:
        _write_apart(folder, this.place.rank)
    sys.exit(this.work())
