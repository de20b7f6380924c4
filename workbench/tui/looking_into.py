"""Opening the tensors of a run's model as it is, or of a checkpoint, on any screen."""

from collections.abc import Callable

from workbench.api.errors import WorkbenchError
from workbench.api.events import DataPrepared, TensorsRead
from workbench.core.files import read_toml
from workbench.core.runs import RunFolder, events_of
from workbench.core.tensors import look_into
from workbench.tui.screens.place import PlaceScreen
from workbench.tui.screens.tensors import TensorsScreen


def open_tensors(place: PlaceScreen, run: RunFolder, checkpoint: str = "") -> None:
    """Push the screen; each look is done in a thread."""
    config = place.session.config

    def look(split: str, items: range, take: Callable[[TensorsRead | str], None]) -> None:
        def work() -> TensorsRead | str:
            try:
                return look_into(run, checkpoint, config, split, items)
            except WorkbenchError as error:
                return str(error)

        place.in_thread(work, take, "tensors")

    def facts() -> tuple[int, dict[str, int]]:
        table = read_toml(run.plan).get("data", {})
        prepared = list(events_of(run, DataPrepared))
        return int(table.get("batch_size", 1)), dict(prepared[-1].sizes) if prepared else {}

    def open_screen(found: tuple[int, dict[str, int]]) -> None:
        reference = f"{run.name}@{checkpoint}" if checkpoint else run.name
        place.open_over(TensorsScreen(reference, *found, look))

    place.in_thread(facts, open_screen, "tensors")
