"""Each kind of error as a sentence with the right exit code."""

import errno
from pathlib import Path

import pytest

from workbench.api.errors import UserError, WorkbenchError
from workbench.worker.explaining import explain


class OutOfMemoryError(RuntimeError):
    """Named as a framework's own."""


@pytest.mark.parametrize(
    ("error", "sentence", "code"),
    [
        (UserError("Do this."), "Do this.", 2),
        (WorkbenchError("Our fault."), "Our fault.", 1),
        (
            ModuleNotFoundError("No module named 'x'", name="x"),
            "The module x is not installed; install it with: pip install x",
            2,
        ),
        (
            OSError(errno.ENOSPC, "No space"),
            "The disk of /runs/one is full; free some space, then go on with "
            "`workbench resume one`.",
            2,
        ),
        (OSError(errno.EIO, "I/O error"), "OSError: [Errno 5] I/O error", 1),
        (
            OutOfMemoryError("CUDA out of memory"),
            "There is not enough memory; set a smaller data.batch_size or choose a smaller model.",
            2,
        ),
        (ValueError("two\nlines"), "ValueError: two lines", 1),
        (KeyError(), "KeyError", 1),
    ],
)
def test_an_error_is_one_sentence(error, sentence, code):
    assert explain(error, Path("/runs/one")) == (sentence, code)
