"""Where each thing lies in a run's folder."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class RunFolder:
    """A run's folder; the folder is the truth about the run."""

    path: Path

    @property
    def name(self) -> str:
        """The run's name is its folder's."""
        return self.path.name

    @property
    def plan(self) -> Path:
        """The exact plan, which ``workbench train`` repeats."""
        return self.path / "run.toml"

    @property
    def events(self) -> Path:
        """What happened: one JSON line each, appended by the worker alone."""
        return self.path / "events.jsonl"

    @property
    def commands(self) -> Path:
        """What clients asked for: one JSON line each, appended by any of them."""
        return self.path / "commands.jsonl"

    @property
    def log(self) -> Path:
        """The worker's output."""
        return self.path / "worker.log"

    @property
    def ranks(self) -> Path:
        """What the processes of a run with several ranks leave for each other."""
        return self.path / "ranks"

    def rank_log(self, rank: int) -> Path:
        """The output of another rank than rank 0."""
        return self.path / f"worker-rank-{rank}.log"

    def node_log(self, node: int) -> Path:
        """The output of the worker on another machine than the first."""
        return self.path / f"worker-node-{node}.log"

    @property
    def lock(self) -> Path:
        """Held by the worker as long as it lives."""
        return self.path / "lock"

    @property
    def checkpoints(self) -> Path:
        """One folder for each checkpoint."""
        return self.path / "checkpoints"

    @property
    def queued(self) -> Path:
        """There as long as the run waits in the queue; it holds the run's place."""
        return self.path / "queued"

    @property
    def dispatched(self) -> Path:
        """What ``queued`` became when a worker that the queue started took the run."""
        return self.path / "dispatched"

    @property
    def sweep(self) -> Path:
        """Which sweep the run belongs to, and its values there."""
        return self.path / "sweep.json"
