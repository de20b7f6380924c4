"""The checkpoints of a run, or its trash, in a table that is sorted, filtered and marked."""

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from workbench.core.text import printable
from workbench.core.units import bytes_text
from workbench.tui.screens.checkpoints.columns import COLUMNS, SAMPLE_SIGN
from workbench.tui.screens.checkpoints.listing import Listing
from workbench.tui.screens.checkpoints.reading import RunSaved, Saved
from workbench.tui.screens.filter_line import FilterField, FilterLine
from workbench.tui.widgets.long_table import LongTable
from workbench.tui.widgets.titles import set_titles


class CheckpointsPanel(Vertical):
    """Shows a :class:`Listing`; only what differs is painted."""

    @dataclass
    class Changed(Message):
        """What is under the cursor, or what is meant, may be another."""

        is_moved: bool

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self.listing = Listing()
        self._wanted = ""
        self._now = 0.0

    def compose(self) -> ComposeResult:
        """The table over the filter."""
        yield LongTable("Reading …", id="checkpoints")
        yield FilterLine(id="checkpoints-words")

    @property
    def table(self) -> LongTable:
        """The table."""
        return self.query_one(LongTable)

    @property
    def item(self) -> Saved | None:
        """What is under the cursor."""
        return self.listing.by_key.get(self.table.key or "")

    @property
    def meant(self) -> list[Saved]:
        """The checkpoints that an action is about."""
        return self.listing.meant(self.table.key)

    def take(self, found: RunSaved | None, now: float, nothing: str = "Reading …") -> None:
        """Show what a run has saved, with the ages of this moment."""
        self._now = now
        if found is not self.listing.found:
            self.listing.take(found)
        self.table.nothing = nothing
        self._show()

    def _show(self, *, is_moved: bool = False) -> None:
        listing, table = self.listing, self.table
        if listing.found is not None:
            empty = "The trash is empty." if listing.is_trash else "No checkpoint yet."
            is_filtered = bool(listing.all) and not listing.shown
            table.nothing = "None has all these words; esc shows all." if is_filtered else empty
        table.show(
            [column.column for column in COLUMNS],
            [item.key for item in listing.shown],
            lambda key: [column.cell(listing.by_key[key], self._now) for column in COLUMNS],
            frozenset(listing.marks),
            {listing.sorted_by: listing.sign},
        )
        if self._wanted in table.keys:
            table.move_to(table.keys.index(self._wanted))
            self._wanted = ""
        set_titles(self, _title(listing), _subtitle(listing))
        self.post_message(self.Changed(is_moved))

    def done(self, key: str) -> None:
        """Take the marks away; the checkpoint with this key will be under the cursor."""
        self.listing.marks = {}
        self._wanted = key
        self._show()

    @on(LongTable.Moved)
    def _moved(self, event: LongTable.Moved) -> None:
        event.stop()
        self.post_message(self.Changed(True))

    @on(LongTable.HeadClicked)
    def _sort_by(self, event: LongTable.HeadClicked) -> None:
        event.stop()
        self.listing.sort(event.title)
        self._show()

    def mark(self) -> None:
        """Mark the checkpoint under the cursor and go to the next one."""
        if self.table.key is not None:
            self.listing.mark(self.table.key)
            self._show(is_moved=True)
            self.table.action_move(1)

    def mark_all(self) -> None:
        """Mark all that are shown, or unmark them."""
        self.listing.mark_all()
        self._show(is_moved=True)

    def sort_by_next(self) -> None:
        """Sort by the next column."""
        self.listing.sort_by_next()
        self._show()

    def turn(self) -> None:
        """Turn the order around."""
        self.listing.sort(self.listing.sorted_by)
        self._show()

    def look_at_trash(self, is_trash: bool) -> None:
        """Show the trash, or what is there."""
        self.listing.look_at_trash(is_trash)
        self._show(is_moved=True)
        self.table.focus()

    def filter(self) -> None:
        """Begin to type what the checkpoints must have."""
        self.query_one(FilterLine).open()

    def leave(self) -> None:
        """Take back the filter; then the marks; then leave the trash."""
        listing = self.listing
        if listing.words:
            listing.filter("")
        elif listing.marks:
            listing.marks = {}
        else:
            listing.look_at_trash(False)
        self.query_one(FilterLine).close()
        self._show(is_moved=True)
        self.table.focus()

    @on(FilterLine.Typed)
    def _filter(self, event: FilterLine.Typed) -> None:
        event.stop()
        self.listing.filter(event.words)
        self._show()

    @on(FilterField.Left)
    def _leave_line(self, event: FilterField.Left) -> None:
        event.stop()
        self.table.focus()


def _title(listing: Listing) -> Content:
    every, shown = len(listing.all), len(listing.shown)
    run = printable(listing.found.run.name) if listing.found else ""
    kind = ("Trash of ", "bold $warning") if listing.is_trash else ("Checkpoints of ", "")
    count = f"{shown:,} of {every:,}" if listing.words else f"{every:,}"
    title = Content.assemble(kind, (run, "bold"), (f"  {count}", "$muted"))
    if listing.words:
        title += Content.styled(f"  /{printable(listing.words)}", "$accent")
    if listing.marks:
        held = bytes_text(sum(item.size_bytes for item in listing.marks.values()))
        elsewhere = sum(key not in listing.by_key for key in listing.marks)
        hidden = f", {elsewhere:,} out of sight" if elsewhere else ""
        title += Content.styled(f"  ◆ {len(listing.marks):,} marked, {held}{hidden}", "$accent")
    return title


def _subtitle(listing: Listing) -> Content:
    words = [f"by {listing.sorted_by} {listing.sign}"]
    if listing.all and listing.all[0].is_sample:
        words.insert(0, f"{SAMPLE_SIGN} on a SAMPLE")
    return Content.styled(" · ".join(words), "$muted")
