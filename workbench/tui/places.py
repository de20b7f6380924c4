"""The screens that the number keys go to; each is imported when one first goes there."""

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from workbench.tui.screens.place import PlaceScreen


@dataclass(frozen=True)
class Place:
    """A screen: its number key, its mode's name, title and purpose, and the name of its class.

    One that is not ``in_bar`` is named there only while one is on it: the bar is full.
    """

    key: str
    name: str
    title: str
    purpose: str
    class_name: str
    in_bar: bool = True

    @property
    def screen_class(self) -> "type[PlaceScreen]":
        """The class, from the package of the place's name."""
        module = importlib.import_module(f"workbench.tui.screens.{self.name}")
        return cast("type[PlaceScreen]", getattr(module, self.class_name))

    def open(self) -> "PlaceScreen":
        """Make the screen."""
        return self.screen_class()


PLACES = (
    Place("1", "train", "Train", "Plan a run, train it and watch it.", "TrainScreen"),
    Place("2", "runs", "Runs", "All runs, newest first.", "RunsScreen"),
    Place("3", "checkpoints", "Checkpoints", "What each run has saved.", "CheckpointsScreen"),
    Place("4", "predict", "Predict", "What a model says of items and images.", "PredictScreen"),
    Place("5", "data", "Data", "Look into the datasets.", "DataScreen"),
    Place("6", "plugins", "Plugins", "What is installed, and what is broken.", "PluginsScreen"),
    Place("7", "devices", "Devices", "Processor, memory and GPUs.", "DevicesScreen"),
    Place("8", "hosts", "Hosts", "Several machines, their devices and runs.", "HostsScreen", False),
)
