"""The backend that can be picked, without PyTorch."""

from dataclasses import dataclass

from workbench.api import BackendSpec, ExportFormat, LossSpec, option


@dataclass(frozen=True)
class PytorchOptions:
    """Options of the PyTorch backend."""

    precision: str = option(
        "float32",
        help="Number format of the forward pass; bf16 and fp16 use autocast.",
        choices=("float32", "bf16", "fp16"),
    )
    parallel: str = option(
        "ddp",
        help="Several devices: each has the whole model (ddp) or a part of its weights (fsdp).",
        choices=("ddp", "fsdp"),
    )
    compile: bool = option(False, help="Compile the model with torch.compile.")
    cuda_graphs: bool = option(
        False, help="Replay the compiled model as CUDA graphs on CUDA; needs compile."
    )
    tf32: bool = option(False, help="Multiply float32 matrices in TensorFloat-32 on CUDA.")
    channels_last: bool = option(False, help="Keep images channels last in memory.")
    threads: int | None = option(None, help="CPU threads of one operation.", ge=1)


BACKENDS = (
    BackendSpec(
        name="pytorch",
        title="PyTorch",
        description="Trains on the CPU, on NVIDIA and AMD GPUs and on Apple's.",
        create_trainer="workbench_pytorch.factory:create_trainer",
        requires=("torch", "safetensors"),
        install='pip install "workbench[pytorch]"',
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
            "model": {"name": "mlp", "hidden": [512, 512]},
            "optimizer": {"name": "sgd", "lr": 1e-3},
            "data": {"batch_size": 64, "shuffle": False},
        },
        options=PytorchOptions,
        distributions=("torch", "torchvision", "safetensors", "numpy"),
        exports=(
            ExportFormat(name="pth", suffix=".pth", title="state_dict of the model"),
            ExportFormat(
                name="pth-with-optimizer",
                suffix=".pth",
                title="state_dict of the model and of the optimizer",
            ),
            ExportFormat(name="safetensors", suffix=".safetensors", title="Weights alone"),
            ExportFormat(
                name="onnx",
                suffix=".onnx",
                title="Model for ONNX runtimes",
                requires=("onnx", "onnxscript"),
            ),
        ),
        imports=(".pth", ".pt", ".safetensors"),
        script="workbench_pytorch.script.writing:write_script",
        warm_up="workbench_pytorch.factory:warm_up",
        launcher="torchrun",
    ),
)
