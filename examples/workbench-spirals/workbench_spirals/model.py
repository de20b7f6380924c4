"""What can be picked: one model for PyTorch. PyTorch itself is imported when it is built."""

from dataclasses import dataclass

from workbench.api import ModelSpec, option


@dataclass(frozen=True)
class WaveOptions:
    """What a person may set: `--set model.waves=4`."""

    waves: int = option(3, help="Frequencies of each feature; 0: the feature alone.", ge=0, le=8)
    width: int = option(64, help="Width of the two hidden layers.", ge=1)


def build(dataset, options):
    """The model for a dataset of vectors."""
    from .network import Waves

    return Waves(dataset.shape[0], dataset.num_outputs, options)


def refuse(dataset, _options):
    """Why it can't take a dataset, before a run begins."""
    if dataset.kind != "vector":
        return "it takes vectors, such as the points of spirals, and no images"
    return None


MODELS = (
    ModelSpec(
        name="waves",
        backend="pytorch",
        title="Waves",
        description="Sines and cosines of each feature, and two hidden layers.",
        build=build,
        options=WaveOptions,
        refuse=refuse,
    ),
)
