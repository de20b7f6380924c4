"""torchvision's networks for images as models of the PyTorch backend.

The options, the spec and the building.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.api import DatasetInfo, ModelSpec, UserError, hookimpl, option
from workbench_extras.networks import BACKBONE, refusal, size_option

NETWORKS = (
    "resnet18", "resnet34", "resnet50", "resnet101", "wide_resnet50_2", "resnext50_32x4d",
    "mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large", "shufflenet_v2_x1_0",
    "efficientnet_b0", "efficientnet_b1", "efficientnet_v2_s", "convnext_tiny", "convnext_small",
    "densenet121", "regnet_y_400mf", "vgg11_bn", "vgg16_bn",
)  # fmt: skip
_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class NetworkOptions:
    """Options of torchvision's networks."""

    network: str = option("resnet18", help="Which one.", choices=NETWORKS)
    weights: str | None = option(
        None, help="File of its weights (.pth, .safetensors) to begin with.", is_path=True
    )
    frozen: tuple[str, ...] = option(
        (), help="Parts whose weights stay, e.g. layer1; backbone: all but the last layer."
    )
    size: int = size_option()
    normalise: bool = option(False, help="Normalise colours as ImageNet's weights expect it.")


@hookimpl
def workbench_models() -> Iterable[ModelSpec]:
    """torchvision's networks."""
    return (
        ModelSpec(
            name="torchvision",
            backend="pytorch",
            title="torchvision's networks",
            description="ResNet, MobileNet, EfficientNet and others, with a last layer that fits.",
            build="workbench_extras.torchvision_models:build",
            options=NetworkOptions,
            refuse=refuse,
        ),
    )


def refuse(dataset: DatasetInfo, options: NetworkOptions) -> str | None:
    """Why they can't take this dataset, or ``None``."""
    return refusal(dataset, options.size, for_vectors="mlp")


def build(dataset: DatasetInfo, options: NetworkOptions) -> Any:
    """A module that takes ``(N, channels, height, width)`` from 0 to 1.

    Raises :class:`UserError` for weights that don't fit, and parts that it has not.
    """
    import torch
    from torch import nn
    from torchvision import models

    network = models.get_model(options.network, weights=None, num_classes=dataset.num_outputs)
    head = [name for name, part in network.named_modules() if isinstance(part, nn.Linear)][-1]
    if options.weights:
        _load(network, head, Path(options.weights))
    frozen = _freeze(network, head, options.frozen)

    class Network(nn.Module):
        """torchvision's network behind what makes its input of the dataset's images."""

        def __init__(self) -> None:
            super().__init__()
            self.network = network
            statistics = (torch.tensor(values)[:, None, None] for values in (_MEAN, _DEVIATION))
            mean, deviation = statistics
            self.register_buffer("mean", mean, persistent=False)
            self.register_buffer("deviation", deviation, persistent=False)

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            """Logits, or values."""
            if options.size:
                images = nn.functional.interpolate(
                    images, (options.size, options.size), mode="bilinear", antialias=True
                )
            images = images.expand(-1, 3, -1, -1)
            if options.normalise:
                images = (images - self.mean) / self.deviation
            logits: torch.Tensor = self.network(images)
            return logits

        def train(self, mode: bool = True) -> "Network":
            """Frozen parts keep the statistics of their normalisation too."""
            super().train(mode)
            for part in frozen:
                part.eval()
            return self

    return Network()


def _load(network: Any, head: str, path: Path) -> None:
    """Read the weights; those of the last layer only where it is of the same width."""
    found = _read(path)
    own = network.state_dict()
    wrong = [
        name
        for name, tensor in own.items()
        if name not in found or tuple(found[name].shape) != tuple(tensor.shape)
    ]
    strange = [name for name in wrong if not name.startswith(f"{head}.")]
    if strange:
        raise UserError(
            f"{path} has other weights: {strange[0]} is missing or of another shape; choose the "
            "model.network that they are of."
        )
    network.load_state_dict({**own, **{name: found[name] for name in own if name not in wrong}})


def _read(path: Path) -> Mapping[str, Any]:
    import torch

    try:
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            return load_file(path)
        found = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise UserError(f"There is no file {path}; set model.weights to one.") from None
    except Exception as error:  # each reader has errors of its own
        raise UserError(
            f"{path} is no file of weights that can be read safely; set model.weights to one."
        ) from error
    if not isinstance(found, Mapping):
        raise UserError(f"{path} has no weights by name; set model.weights to a state_dict.")
    return found


def _freeze(network: Any, head: str, wanted: tuple[str, ...]) -> list[Any]:
    """Let the weights of these parts stay; the parts with statistics of their own."""
    parts = dict(network.named_modules())
    frozen = []
    for name in wanted:
        if name != BACKBONE and name not in parts:
            known = ", ".join(child for child, _ in network.named_children())
            raise UserError(f'There is no part "{name}"; model.frozen takes backbone, {known} …')
        for path, part in parts.items():
            is_head = path == head or not path
            is_in = path == name or path.startswith(f"{name}.")
            if (name == BACKBONE and not is_head) or (name != BACKBONE and is_in):
                for parameter in part.parameters(recurse=False):
                    parameter.requires_grad_(False)
                if not list(part.children()):
                    frozen.append(part)
    if not any(parameter.requires_grad for parameter in network.parameters()):
        raise UserError("model.frozen leaves nothing to train; name fewer parts.")
    return frozen
