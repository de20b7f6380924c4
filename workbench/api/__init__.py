"""The public API: all that a plugin imports."""

from workbench.api.data import ArraySplit, DatasetInfo, Split
from workbench.api.errors import UserError, WorkbenchError
from workbench.api.events import Event
from workbench.api.hooks import hookimpl
from workbench.api.options import NoOptions, option
from workbench.api.specs import (
    API_VERSION,
    BackendSpec,
    DatasetSpec,
    DebianPackage,
    ExportFormat,
    IdxFile,
    IdxSource,
    LossSpec,
    ModelSpec,
    NpmPackage,
    OptimizerSpec,
)
from workbench.api.training import (
    Evaluation,
    LayerInfo,
    ModelSummary,
    StepTimes,
    SupportsPlainLoop,
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
    "Evaluation",
    "Event",
    "ExportFormat",
    "IdxFile",
    "IdxSource",
    "LayerInfo",
    "LossSpec",
    "ModelSpec",
    "ModelSummary",
    "NoOptions",
    "NpmPackage",
    "OptimizerSpec",
    "Split",
    "StepTimes",
    "SupportsPlainLoop",
    "SupportsSaliency",
    "TensorStats",
    "Trainer",
    "TrainerContext",
    "UserError",
    "WorkbenchError",
    "hookimpl",
    "option",
]
