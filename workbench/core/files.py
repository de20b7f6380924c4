"""Writing files so that a crash or a full disk leaves the old one or the new one, whole."""

import contextlib
import os
import stat
from pathlib import Path
from typing import Any

import tomli

from workbench.api.errors import UserError


def write_atomic(path: Path, content: bytes | bytearray) -> None:
    """Replace ``path``'s content: written beside, fsynced, renamed. Raises ``OSError``.

    A link stays, and what is no file, such as a pipe or /dev/stdout, is written into.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    if path.is_symlink():
        path = path.resolve()
    staged = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    # Others may read it as far as the person's umask lets them; mkstemp would shut them out.
    descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            # One that a person keeps to themselves, as it has a password, stays so.
            with contextlib.suppress(OSError):
                os.fchmod(descriptor, stat.S_IMODE(path.stat().st_mode))
            os.fsync(file.fileno())
        staged.replace(path)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the renames inside a folder outlast a power loss."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path, purpose: str) -> None:
    """Make a folder with its parents, or raise :class:`UserError` saying what it is for."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"The {purpose} {folder} can't be made ({error.strerror}); choose another place."
        ) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UserError(f"The {purpose} {folder} can't be written to; choose another place.")


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file's content, or :class:`UserError` naming the file and the line."""
    try:
        return tomli.loads(path.read_text(encoding="utf-8"))
    except tomli.TOMLDecodeError as error:
        raise UserError(f"{path} is not valid TOML: {error}; correct that line.") from None
    except UnicodeDecodeError:
        raise UserError(f"{path} is not a text file in UTF-8; give a TOML file.") from None
    except OSError as error:
        raise UserError(f"{path} can't be read ({error.strerror}).") from None
