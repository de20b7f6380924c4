"""The screens that the number keys go to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A screen: the number key that goes there, its mode's name and its title."""

    key: str
    name: str
    title: str
    purpose: str


PLACES = (
    Place("1", "train", "Train", "Plan a run, train it and watch it."),
    Place("2", "runs", "Runs", "All runs, newest first."),
    Place("3", "checkpoints", "Checkpoints", "What each run has saved."),
    Place("4", "predict", "Predict", "What a run says of test items."),
    Place("5", "data", "Data", "Look into the datasets."),
    Place("6", "plugins", "Plugins", "What is installed, and what is broken."),
    Place("7", "devices", "Devices", "Processor, memory and GPUs."),
)
