"""Finding the model to look at: the one that a person picked, else one of the open run."""

from collections.abc import Callable

from workbench.core.runs import RunFolder
from workbench.tui.plan_fields import Answer
from workbench.tui.screens.answers import AnswersScreen
from workbench.tui.screens.place import PlaceScreen
from workbench.tui.screens.predict import models
from workbench.tui.screens.predict.compare import CompareScreen
from workbench.tui.screens.predict.models import Model


class Finding:
    """Reads in threads; ``take`` gets what was found, ``None`` where there is no model yet.

    ``current`` is the model that is looked at, which may change while another one is read.
    """

    def __init__(
        self,
        screen: PlaceScreen,
        current: Callable[[], Model | None],
        take: Callable[[Model | None], None],
    ) -> None:
        self._screen = screen
        self._current = current
        self._take = take
        self._picked: tuple[str, str] | None = None  # the name of a model, and a split
        self._defaults = 0

    @property
    def is_picked(self) -> bool:
        """Whether a person picked the model."""
        return self._picked is not None

    @property
    def split(self) -> str:
        """The split that is looked at."""
        model = self._current()
        return model.split if model is not None else "test"

    def forget(self) -> None:
        """Look at a model of the open run again, whatever was picked."""
        self._picked = None
        self.default()

    def default(self) -> None:
        """Look at a model of the open run, unless a person picked another."""
        if self.is_picked:
            return
        session, split = self._screen.session, self.split
        config, run = session.config, session.history.run if session.history else None
        self._defaults += 1
        asked = self._defaults

        def take(model: Model | None) -> None:
            # Somebody may have picked another one meanwhile. And on a busy machine this one may
            # be found after one that was asked for later, which knows more.
            if self._picked is None and asked == self._defaults:
                self._take(model)

        self._screen.in_thread(
            lambda: models.default_model(config.runs_dir, run, split), take, "model"
        )

    def again(self, model: Model) -> None:
        """A live model may have gone on, or have ended, while another screen was up."""

        def take(found: Model | None) -> None:
            current = self._current()
            if current is None or current.name != model.name:
                return
            if found is not None:
                self._take(found)
            else:
                self.forget()

        split = self.split
        self._screen.in_thread(lambda: models.still_live(model.run, split), take, "model")

    def checkpoint(self, run: RunFolder, checkpoint: str, split: str) -> None:
        """Look at a checkpoint by name, ``latest`` or ``best``."""
        self.named(f"{run.name}@{checkpoint}", split)

    def named(self, name: str, split: str) -> None:
        """Look at a model by its name."""
        self._picked = picked = (name, split)
        runs_dir = self._screen.session.config.runs_dir

        def take(model: Model) -> None:
            if self._picked == picked:  # and not another one meanwhile
                self._take(model)

        self._screen.in_thread(lambda: models.open_named(runs_dir, name, split), take, "model")

    def _answered(self, name: str | None) -> None:
        if name is not None:
            self.named(name, self.split)

    def ask(self) -> None:
        """Let a person pick another run and checkpoint."""
        runs_dir = self._screen.session.config.runs_dir
        self._screen.in_thread(lambda: models.answers(runs_dir), self._show_answers, "model")

    def _show_answers(self, listed: list[Answer]) -> None:
        if not listed:
            self._screen.complain("There is no model yet; train one first.")
            return
        model = self._current()
        current = model.name if model is not None else ""
        self._screen.open_over(AnswersScreen("Model", listed, current), self._answered)

    def compare(self, model: Model) -> None:
        """Put several models side by side."""
        runs_dir = self._screen.session.config.runs_dir
        self._screen.in_thread(
            lambda: models.comparable(runs_dir, model), self._show_compared, "model"
        )

    def _show_compared(self, listed: list[Model]) -> None:
        model, screen = self._current(), self._screen
        if model is not None and listed:
            compare = CompareScreen(screen, listed, model.name, screen.session.config)
            screen.open_over(compare, self._answered)
