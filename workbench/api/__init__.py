"""The public API: all that a plugin imports.

Each name is imported when it is first asked for: what needs an error alone starts fast.
"""

import importlib
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.api.data import ArraySplit, DatasetInfo, Described, Split, Task
    from workbench.api.errors import DeviceError, RankLost, UserError, WorkbenchError
    from workbench.api.events import Event
    from workbench.api.following import FollowedRun, Follower
    from workbench.api.hooks import hookimpl
    from workbench.api.options import NoOptions, option
    from workbench.api.specs import (
        API_VERSION,
        BackendSpec,
        DatasetSpec,
        DebianPackage,
        ExportFormat,
        FileSource,
        FollowerSpec,
        IdxFile,
        IdxSource,
        KeptFile,
        Launch,
        LaunchCommand,
        LauncherSpec,
        LossSpec,
        ModelSpec,
        NpmPackage,
        OptimizerSpec,
    )
    from workbench.api.tensors import SupportsTensors, TensorView, tensor_view
    from workbench.api.training import (
        Evaluation,
        LayerInfo,
        ModelSummary,
        RankPlace,
        Ranks,
        StepTimes,
        SupportsItemLosses,
        SupportsPlainLoop,
        SupportsRanks,
        SupportsSaliency,
        TensorStats,
        Trainer,
        TrainerContext,
    )

__all__ = [
    "API_VERSION",
    "ArraySplit",
    "BackendSpec",
    "DatasetInfo",
    "DatasetSpec",
    "DebianPackage",
    "Described",
    "DeviceError",
    "Evaluation",
    "Event",
    "ExportFormat",
    "FileSource",
    "FollowedRun",
    "Follower",
    "FollowerSpec",
    "IdxFile",
    "IdxSource",
    "KeptFile",
    "Launch",
    "LaunchCommand",
    "LauncherSpec",
    "LayerInfo",
    "LossSpec",
    "ModelSpec",
    "ModelSummary",
    "NoOptions",
    "NpmPackage",
    "OptimizerSpec",
    "RankLost",
    "RankPlace",
    "Ranks",
    "Split",
    "StepTimes",
    "SupportsItemLosses",
    "SupportsPlainLoop",
    "SupportsRanks",
    "SupportsSaliency",
    "SupportsTensors",
    "Task",
    "TensorStats",
    "TensorView",
    "Trainer",
    "TrainerContext",
    "UserError",
    "WorkbenchError",
    "hookimpl",
    "option",
    "tensor_view",
]

_MODULES = (
    "errors",
    "options",
    "data",
    "specs",
    "training",
    "tensors",
    "events",
    "following",
    "hooks",
)


# Names that plugins may still use, and what to use instead; `workbench plugins` says so.
DEPRECATED: dict[str, str] = {}


def __getattr__(name: str) -> Any:
    """A name of the public API, from the module that has it."""
    if name in DEPRECATED:
        new = DEPRECATED[name]
        sentence = f"workbench.api.{name} is deprecated; use workbench.api.{new}."
        warnings.warn(sentence, DeprecationWarning, stacklevel=2)
        return __getattr__(new)
    if name in __all__:
        for module in _MODULES:
            found = vars(importlib.import_module(f"workbench.api.{module}"))
            if name in found:
                globals()[name] = found[name]
                return found[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
