"""A run with a process for each device: the worker that holds its lock starts them."""

import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from workbench.api.errors import UserError
from workbench.api.events import RunFailed, RunFinished
from workbench.api.factories import resolve
from workbench.api.specs import Launch, LaunchCommand, LauncherSpec
from workbench.core.plan import Plan
from workbench.core.plan.devices import check_batch, device_indices
from workbench.core.plugins import Registry
from workbench.core.processes import module_command
from workbench.core.queue import visible_gpus
from workbench.core.runs import EventReader, RunFolder, RunLock
from workbench.core.runs.nodes import Node
from workbench.worker.followers import Followers
from workbench.worker.journal import Journal
from workbench.worker.rank_files import RankFiles
from workbench.worker.setup import Share


@dataclass(frozen=True)
class Found:
    """How a plan is trained on this machine: in this process, or by a launcher's."""

    share: Share | None = None
    launcher: LauncherSpec | None = None


def find_group(plan: Plan, registry: Registry, node: Node) -> Found:
    """What a plan's devices ask for. Raises :class:`UserError`."""
    if plan.run.devices == "1" and node.count == 1:
        return Found()
    backend = registry.backend(plan.backend.name)
    devices = device_indices(plan.run, len(visible_gpus()))
    if len(devices) == 1 and node.count == 1:
        return Found()
    if backend.launcher in ("", "local"):
        if node.count > 1:
            raise UserError(f"The backend {backend.name} trains on one machine; leave --nodes out.")
        return Found(share=Share(devices))
    return Found(Share(devices), registry.launcher(backend.launcher))


class Group:
    """The processes of a run on this machine."""

    def __init__(
        self,
        run: RunFolder,
        data_dir: Path,
        plan: Plan,
        registry: Registry,
        found: Found,
        node: Node,
    ) -> None:
        if found.launcher is None or found.share is None:
            raise UserError(f"The run {run.name} is for one process; it needs no other machine.")
        self._run, self._plan, self._registry = run, plan, registry
        self._files = RankFiles(run)
        self._restarts = plan.run.restarts
        self._launcher = found.launcher.name
        processes = len(found.share.devices)
        check_batch(plan.data.batch_size, processes * node.count)
        places = (str(run.path), str(data_dir))
        rank = module_command("workbench.worker.rank", *places, str(os.getpid()))
        launch = Launch(
            run=run.path,
            data_dir=data_dir,
            worker=tuple(module_command("workbench.worker", *places)),
            rank=tuple(rank),
            processes=processes,
            nodes=node.count,
            node=node.index,
            rendezvous=node.rendezvous,
            restarts=plan.run.restarts,
            options=found.launcher.options(),
        )
        self._command: LaunchCommand = resolve(found.launcher.command)(launch)

    def lead(self, journal: Journal, lock: RunLock, asked_before: int) -> int:
        """Start the ranks, wait for their end, and write down what they could not.

        ``asked_before`` is the end of ``commands.jsonl`` when this worker began.
        """
        self._files.begin(asked_before)
        reader = EventReader.from_now_on(self._run)
        # The ranks hold the run's lock too, as their standard input: it is free when all of
        # them are gone.
        code = self._run_launcher(lock.fileno())
        journal.catch_up()
        ends = [event for event in reader.read() if isinstance(event, (RunFinished, RunFailed))]
        if ends:
            return ends[-1].exit_code if isinstance(ends[-1], RunFailed) else 0
        if self._files.is_told_to_stop():
            return 128 + signal.SIGTERM
        failed = self._failed(code)
        journal.follow(Followers(self._run, self._plan, self._registry))
        journal.add(failed)
        return failed.exit_code

    def join(self) -> int:
        """Start this machine's ranks of a run that another leads, and wait for their end."""
        return self._run_launcher(subprocess.DEVNULL)

    def _run_launcher(self, stdin: int) -> int:
        launcher = subprocess.Popen(
            self._command.arguments,
            env={**os.environ, **self._command.environment},
            stdin=stdin,
        )
        # Rank 0 looks for it: it stops all of them at the same batch, with a checkpoint.
        signal.signal(signal.SIGTERM, lambda *_: self._files.tell_to_stop())
        return launcher.wait()

    def _failed(self, code: int) -> RunFailed:
        failure = self._files.first_failure()
        if failure is not None and failure.exit_code == 2:
            return RunFailed(error=failure.error, exit_code=2, traceback=failure.traceback)
        cause = f" ({failure.error.rstrip('.')})" if failure else ""
        if self._files.has_begun():
            after = f" after {self._restarts} restarts" if self._restarts else ""
            error = (
                f"A process of the run was lost{after}{cause}; "
                f"`workbench resume {self._run.name}` goes on from the latest checkpoint."
            )
        else:
            error = (
                f"{self._launcher} could not start the run's processes (exit code {code}); "
                f"see {self._run.log}."
            )
        return RunFailed(error=error, exit_code=1, traceback=failure.traceback if failure else "")
