"""Each kind of error as a sentence with the right exit code."""

import errno
import json
from pathlib import Path

import pytest

from workbench.api.errors import UserError, WorkbenchError
from workbench.worker.explaining import explain


class OutOfMemoryError(RuntimeError):
    """Named as a framework's own."""


class InternalError(Exception):
    """Named as TensorFlow's."""


NO_MEMORY = (
    "There is not enough memory; set a smaller data.batch_size, choose a smaller model, or see "
    "with `workbench devices` who else takes it."
)


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
        (OutOfMemoryError("CUDA out of memory"), NO_MEMORY, 2),
        (MemoryError(), NO_MEMORY, 2),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"), NO_MEMORY, 2),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling"), NO_MEMORY, 2),
        (InternalError("cudaSetDevice() on GPU:0 failed. Status: out of memory"), NO_MEMORY, 2),
        (InternalError("Blas GEMM launch failed"), "InternalError: Blas GEMM launch failed", 1),
        (ValueError("out of memory of words"), "ValueError: out of memory of words", 1),
        (ValueError("two\nlines"), "ValueError: two lines", 1),
        (KeyError(), "KeyError", 1),
    ],
)
def test_an_error_is_one_sentence(error, sentence, code):
    assert explain(error, Path("/runs/one")) == (sentence, code)


def test_what_nobody_foresaw_says_where_to_look():
    with pytest.raises(ValueError) as caught:
        json.loads("{")
    # Not the line of the library that refuses it, but the one here that called it.
    sentence, _ = explain(caught.value)
    assert sentence.startswith("JSONDecodeError: Expecting property name")
    assert sentence.endswith(f" (test_explaining.py, line {caught.traceback[0].lineno + 1})")
