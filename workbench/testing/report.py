"""What the checks found, and the tasks they are split into."""

from typing import Literal

import msgspec

Part = Literal["registration", "dataset", "backend", "follower"]


class CheckTask(msgspec.Struct, frozen=True):
    """One part of the checks, done in a process of its own.

    ``plugin`` is its name; ``path`` is empty for an installed one. ``name`` is the dataset,
    the backend or the follower that is checked.
    """

    plugin: str
    path: str
    data_dir: str
    part: Part
    name: str = ""


class Finding(msgspec.Struct, frozen=True):
    """One thing to change: ``subject`` is what it is about, e.g. ``model mlp``."""

    subject: str
    problem: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.problem}"


class Report(msgspec.Struct, frozen=True):
    """What was checked, what is to change, and what could not be checked and why.

    ``datasets``, ``backends`` and ``followers`` are what else there is to check of a plugin.
    """

    checked: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    skipped: tuple[Finding, ...] = ()
    datasets: tuple[str, ...] = ()
    backends: tuple[str, ...] = ()
    followers: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether there is nothing to change."""
        return not self.findings

    def __add__(self, other: "Report") -> "Report":
        return Report(
            self.checked + other.checked,
            self.findings + other.findings,
            self.skipped + other.skipped,
            self.datasets + other.datasets,
            self.backends + other.backends,
            self.followers + other.followers,
        )

    def __str__(self) -> str:
        return "\n".join(map(str, self.findings)) or "Nothing to change."


class Notes:
    """Collects a report while the checks go on."""

    def __init__(self) -> None:
        self._checked: list[str] = []
        self._findings: list[Finding] = []
        self._skipped: list[Finding] = []

    def check(self, subject: str) -> None:
        """A subject that is looked at."""
        self._checked.append(subject)

    def find(self, subject: str, problem: str) -> None:
        """Something to change."""
        self._findings.append(Finding(subject, problem))

    def skip(self, subject: str, reason: str) -> None:
        """Something that can't be checked here."""
        self._skipped.append(Finding(subject, reason))

    def report(self) -> Report:
        """What was collected."""
        return Report(tuple(self._checked), tuple(self._findings), tuple(self._skipped))
