"""Bringing datasets into the data folder for a screen, one at a time."""

from collections.abc import Callable
from pathlib import Path

from textual.content import Content

from workbench.api.specs import DatasetSpec
from workbench.core.data import Progress
from workbench.core.text import printable
from workbench.tui.screens.data.transfer import Outcome, Transfer, progress_lines
from workbench.tui.screens.path import PathScreen
from workbench.tui.screens.place import PlaceScreen


class Bringing:
    """``show`` is called as it goes on, ``arrived`` with a dataset that is there now."""

    def __init__(
        self,
        screen: PlaceScreen,
        show: Callable[[], None],
        arrived: Callable[[DatasetSpec], None],
    ) -> None:
        self._screen = screen
        self._show = show
        self._arrived = arrived
        self._transfer: Transfer | None = None
        self._progress: Progress | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a dataset is on its way."""
        return self._transfer is not None

    def lines(self, width: int) -> list[Content] | None:
        """What is on its way, and how far it is."""
        if self._transfer is None or self._progress is None:
            return None
        return progress_lines(self._transfer, self._progress, width)

    def fetch(self, spec: DatasetSpec) -> None:
        """Fetch the full dataset."""
        self._begin(Transfer(spec, self._screen.session.config.data_dir))

    def ask(self, spec: DatasetSpec) -> None:
        """Copy the dataset from a folder that the person names."""

        def answered(folder: Path | None) -> None:
            if folder is not None:
                self._begin(Transfer(spec, self._screen.session.config.data_dir, folder))

        title = f"Import {spec.name} from a folder"
        self._screen.app.push_screen(PathScreen(title, "folder", Path.cwd()), answered)

    def cancel(self) -> None:
        """Cancel what is on its way."""
        if self._transfer is not None:
            self._transfer.cancel()

    def _begin(self, transfer: Transfer) -> None:
        self._transfer = transfer
        self._screen.refresh_bindings()
        self._show_progress(Progress("begin", f"looking for {transfer.spec.name}"))
        self._screen.in_thread(lambda: transfer.run(self._tell), self._end, "transfer")

    def _tell(self, progress: Progress) -> None:
        self._screen.app.call_later(self._show_progress, progress)

    def _show_progress(self, progress: Progress) -> None:
        self._progress = progress
        self._show()

    def _end(self, outcome: Outcome) -> None:
        transfer, self._transfer = self._transfer, None
        self._show()
        self._screen.refresh_bindings()
        self._screen.app.notify(
            printable(outcome.sentence),
            severity="information" if outcome.is_done else "warning",
            timeout=10,
            markup=False,
        )
        if transfer is not None and outcome.is_done:
            self._arrived(transfer.spec)
