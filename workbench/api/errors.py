"""Errors that are shown to a person as one sentence."""

from collections.abc import Sequence


class WorkbenchError(Exception):
    """Something went wrong on our side; the message is one sentence for a person.

    Raised anywhere below an interface. The command line prints the message and
    exits with ``exit_code``; the terminal interface shows it as a notice.
    """

    exit_code = 1


class RankLost(BaseException):
    """Another rank is gone, so this one can't go on; it is no error of the run itself.

    No ``Exception``, so that nothing takes it for a failed batch or a failed save.
    """


class UserError(WorkbenchError):
    """The person can mend it: the message says what, where and what to do next."""

    exit_code = 2


class DeviceError(UserError):
    """This machine lacks the wanted device; ``there`` are the names of what it has, best first."""

    def __init__(self, wanted: str, there: Sequence[str]) -> None:
        self.there = tuple(there)
        self.reason = (
            f'The device "{wanted}" is not there; this machine has {", ".join(self.there)}.'
        )
        super().__init__(f"{self.reason} Set device to one of them or to auto.")
