"""Whatever goes wrong in a worker, as one sentence and an exit code."""

import errno
from pathlib import Path

from workbench.api.errors import WorkbenchError
from workbench.core.plugins.tracebacks import place_of

_NO_MEMORY = ("can't allocate memory", "out of memory", "OUT_OF_MEMORY", "ALLOC_FAILED")
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def explain(error: BaseException, run: Path | None = None) -> tuple[str, int]:
    """The sentence for a person, and the exit code: 2 where they can mend it, else 1.

    ``run`` is the folder of the run that the error ended, if it ended one.
    """
    match error:
        case WorkbenchError():
            return str(error), error.exit_code
        case ModuleNotFoundError(name=str(name)):
            return f"The module {name} is not installed; install it with: pip install {name}", 2
        case OSError(errno=number) if number in _DISK_FULL and run is not None:
            return (
                f"The disk of {run} is full; free some space, then go on with "
                f"`workbench resume {run.name}`.",
                2,
            )
        case _ if is_out_of_memory(error):
            return (
                "There is not enough memory; set a smaller data.batch_size, choose a smaller "
                "model, or see with `workbench devices` who else takes it.",
                2,
            )
        case _:
            text, place = " ".join(str(error).split()), place_of(error)
            name = type(error).__name__
            return (f"{name}: {text}" if text else name) + (f" ({place})" if place else ""), 1


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a framework or Python found no memory."""
    name = type(error).__name__
    if "OutOfMemory" in name or name == "ResourceExhaustedError" or isinstance(error, MemoryError):
        return True
    # PyTorch on the CPU, CUDA's libraries and TensorFlow's start on a full GPU say it in words.
    said_in_words = isinstance(error, RuntimeError) or name == "InternalError"
    return said_in_words and any(words in str(error) for words in _NO_MEMORY)
