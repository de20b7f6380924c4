"""The backend that can be picked, without Keras."""

from dataclasses import dataclass

from workbench.api import BackendSpec, ExportFormat, LossSpec, option


@dataclass(frozen=True)
class KerasOptions:
    """Options of the Keras backend."""

    precision: str = option(
        "float32",
        help="Keras's dtype policy: the number format of the layers' computations.",
        choices=("float32", "mixed_bfloat16", "mixed_float16"),
    )
    jit_compile: bool = option(False, help="Compile each training step with XLA.")
    threads: int | None = option(None, help="CPU threads of one operation.", ge=1)


EXPORTS = (
    ExportFormat(name="keras", suffix=".keras", title="Keras model"),
    ExportFormat(name="weights", suffix=".weights.h5", title="Keras weights"),
    ExportFormat(name="saved-model", suffix="", title="TensorFlow SavedModel"),
    ExportFormat(name="safetensors", suffix=".safetensors", title="Weights alone"),
    ExportFormat(
        name="onnx",
        suffix=".onnx",
        title="Model for ONNX runtimes",
        requires=("onnx", "tf2onnx"),
    ),
)

BACKENDS = (
    BackendSpec(
        name="keras",
        title="Keras",
        description="Trains with TensorFlow on the CPU and on GPUs.",
        create_trainer="workbench_keras.trainer:create_trainer",
        requires=("tensorflow", "safetensors"),
        install='pip install "workbench[keras]"',
        losses=(
            LossSpec(name="cross-entropy", title="Cross-entropy of the logits"),
            LossSpec(name="bce", title="Binary cross-entropy of the logit", tasks=("binary",)),
            LossSpec(
                name="mse",
                title="Mean squared error of the values, or of the logits to one-hot labels",
                tasks=("multiclass", "regression"),
            ),
        ),
        default_plan={
            "loss": "cross-entropy",
            "model": {"name": "dense", "units": [128], "dropout": 0.2},
            "optimizer": {"name": "adam", "lr": 1e-3},
            "data": {"batch_size": 32, "shuffle": True},
        },
        options=KerasOptions,
        distributions=("tensorflow", "keras", "safetensors", "numpy"),
        exports=EXPORTS,
        imports=(".keras", ".h5", ".safetensors"),
        script="workbench_keras.script.writing:write_script",
        warm_up="workbench_keras.warming:warm_up",
        launcher="local",
    ),
)
