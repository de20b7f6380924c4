"""The items of an evaluation, or the fixed samples of an epoch, as pictures."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from workbench.api.errors import WorkbenchError
from workbench.api.events import Event, Sample, SamplesPredicted
from workbench.core.evaluation import (
    EvaluationResult,
    ItemFilter,
    samples_by_epoch,
    with_shared_pixels,
)
from workbench.tui.screens.place import PlaceScreen
from workbench.tui.screens.predict.asking import Asking, answer_of
from workbench.tui.screens.predict.depth import SampleScreen
from workbench.tui.screens.predict.probabilities import blank_picture, sample_line, sample_picture
from workbench.tui.screens.predict.shown import Shown, epoch_words
from workbench.tui.widgets.picture_grid import Picture, PictureGrid

EPOCHS_OFFERED = 1_000
"""The newest ones; a run may have any number."""


class ItemsPanel(Vertical):
    """Gets the images from the model's process as they come into sight."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self.wanted = ItemFilter()
        self._asking: Asking | None = None
        self._split = "test"
        self._result: EvaluationResult | None = None
        self._shown: Shown | None = None
        self._epochs: Mapping[int, SamplesPredicted] = {}
        self._epoch: int | None = None
        self._is_reading = False
        self._is_refused = False
        self._is_table = False
        self._asked = self._answered = 0

    def compose(self) -> ComposeResult:
        """The pictures."""
        yield PictureGrid(3, id="samples")

    @property
    def grid(self) -> PictureGrid:
        """The pictures."""
        return self.query_one(PictureGrid)

    @property
    def _place(self) -> PlaceScreen:
        return cast(PlaceScreen, self.screen)

    @property
    def epochs(self) -> int:
        """How many epochs have fixed samples."""
        return len(self._epochs)

    @property
    def is_at_epoch(self) -> bool:
        """Whether the samples of an epoch are shown."""
        return self._epoch is not None

    def look_at(self, asking: Asking, split: str, result: EvaluationResult | None) -> None:
        """Show what this model said of a split."""
        # The kind of a model's items is learned once: what is known of them isn't read again.
        self._is_table = self._is_table and asking is self._asking
        self._asking, self._split, self._result = asking, split, result
        self._is_refused = False
        self.filter(ItemFilter(order=self.wanted.order))

    def know_epochs(self, epochs: Mapping[int, SamplesPredicted]) -> None:
        """Offer these fixed samples."""
        self._epochs = epochs
        if self._epoch is not None and self._epoch not in epochs:
            self.filter(self.wanted)

    def add_epochs(self, events: Iterable[Event]) -> bool:
        """Offer those of the epochs that just ended; whether there are any."""
        told = (event for event in events if isinstance(event, SamplesPredicted))
        new = [event for event in told if event.epoch is not None]
        if new:
            last = list(self._epochs.values())[-1:]
            known = {**self._epochs, **samples_by_epoch(with_shared_pixels([*last, *new]))}
            others = [epoch for epoch in known if epoch != self._epoch]
            for epoch in others[: max(0, len(known) - EPOCHS_OFFERED)]:
                del known[epoch]
            self._epochs = known
        return bool(new)

    def say(self, words: str) -> None:
        """What stands there while there is nothing."""
        self.grid.say(words)

    def filter(self, wanted: ItemFilter) -> None:
        """Show the items that match."""
        self.wanted, self._epoch = wanted, None
        self._shown = Shown.of(self._result, wanted) if self._result is not None else None
        self.grid.browse(len(self._shown.indices) if self._shown else 0, is_table=self._is_table)
        if self._shown is not None and not self._shown.indices:
            self.grid.show(0, ())
            self.grid.say("no such items")
            self._entitle(self._shown.words())

    def options(self) -> list[str]:
        """What a shell would be asked: a subcommand, and its options."""
        if self._epoch is not None:
            return ["predict", "--epoch", str(self._epoch)]
        found = self._shown.options() if self._shown is not None else []
        return ["predict", *found, "--count", str(max(1, len(self.grid.page)))]

    def step_epoch(self, by: int) -> None:
        """Show what the model said of the fixed samples after another epoch."""
        if not self._epochs:
            return
        known = list(self._epochs)
        at = len(known) - 1 if self._epoch is None else known.index(self._epoch) + by
        self._epoch = known[max(0, min(len(known) - 1, at))]
        count = len(self._epochs[self._epoch].samples)
        self.grid.browse(count, self.grid.at, is_table=self._is_table)
        self._show()

    def _entitle(self, words: Content) -> None:
        page, total = self.grid.page, self.grid.total
        where = f"  {page.start + 1:,}–{page.stop:,} of {total:,}" if total else ""
        self.border_title = words.stylize_before("bold") + Content.styled(where, "$muted")

    @on(PictureGrid.Turned)
    def _show(self) -> None:
        page = self.grid.page
        if self._epoch is not None:
            samples = self._epochs[self._epoch]
            pictures = [self._drawn(item) for item in samples.samples]
            self.grid.show(page.start, pictures[page.start : page.stop])
            self._entitle(epoch_words(samples, max(self._epochs)))
            return
        shown, asking = self._shown, self._asking
        if shown is None or asking is None:
            return
        self._entitle(shown.words())
        indices = shown.indices[page.start : page.stop]
        self.grid.show(page.start, [self._picture(shown.result, asking, i) for i in indices])
        soon = shown.indices[page.start : page.stop + len(page)]
        if any(asking.known(self._split, index) is None for index in soon):
            ahead = shown.indices[page.start : page.stop + 2 * len(page)]
            missing = tuple(i for i in ahead if asking.known(self._split, i) is None)
            self._read(asking, missing)

    def _picture(self, result: EvaluationResult, asking: Asking, index: int) -> Picture:
        sample = asking.known(self._split, index)
        if sample is None:
            return blank_picture(result, index)
        drawn = self._drawn(sample)
        if self._is_table:
            return drawn
        # A live model may have gone on since; what is said here is what was evaluated.
        return replace(drawn, captions=blank_picture(result, index).captions)

    def _drawn(self, sample: Sample) -> Picture:
        return sample_line(sample) if self._is_table else sample_picture(sample)

    def _read(self, asking: Asking, indices: tuple[int, ...]) -> None:
        """Get the images of these items, once the model is loaded."""
        if self._is_reading or self._is_refused or self.screen not in self.app.screen_stack:
            return
        self._is_reading = True
        if not asking.is_loaded:
            self.border_subtitle = "loading the model …"
        split = self._split

        def done(answer: object) -> None:
            self._is_reading = False
            self.border_subtitle = None
            if asking is not self._asking:
                self._show()
            elif isinstance(answer, WorkbenchError):
                self._is_refused = True
                self._place.complain(str(answer))
            else:
                self._know_kind(asking, indices[0])
                self._show()

        self._place.in_thread(answer_of(lambda: asking.ask(split, indices)), done, "predict")

    def _know_kind(self, asking: Asking, index: int) -> None:
        """Items without an image are a table."""
        sample = asking.known(self._split, index)
        if sample is not None and not sample.pixels and not self._is_table:
            self._is_table = True
            self.grid.browse(self.grid.total, self.grid.at, is_table=True)

    @on(PictureGrid.Chosen)
    def _look_in_depth(self) -> None:
        names = self._result.classes if self._result else ()

        def opened(sample: Sample) -> None:
            self._place.open_over(SampleScreen(names, self._title(), sample, self._step))

        self._in_depth(opened)

    def _title(self) -> str:
        """The split, and of a live model when it said what is shown."""
        asking = self._asking
        if self._epoch is not None or asking is None or not asking.model.is_live:
            return self._split
        return f"after {asking.step:,} steps, {self._split}"

    def _in_depth(self, done: Callable[[Sample], None]) -> None:
        """Ask about the item under the cursor, with its saliency map."""
        asking, split, at = self._asking, self._split, self.grid.at
        self._asked += 1
        number = self._asked

        def take(sample: Sample) -> None:
            # Quick steps are asked in threads, which may answer in another order.
            if number > self._answered and asking is self._asking:
                self._answered = number
                done(sample)

        if self._epoch is not None:
            take(self._epochs[self._epoch].samples[at])
        elif asking is not None and self._shown is not None and at < len(self._shown.indices):
            index = self._shown.indices[at]
            self._place.in_thread(lambda: asking.in_depth(split, index), take, "predict")

    def _step(self, by: int, done: Callable[[Sample], None]) -> None:
        self.grid.action_move(by, 0)
        self._in_depth(done)
