"""Which checkpoints the table shows, in which order, and which are marked."""

from dataclasses import dataclass, field

from workbench.tui.screens.checkpoints.columns import BY_TITLE, SORTS, matches, ordered
from workbench.tui.screens.checkpoints.reading import RunSaved, Saved

_DOWN, _UP = "▾", "▴"


@dataclass
class Listing:
    """What a run has saved, or its trash, seen through a filter and an order.

    Marks stay while one looks at another run.
    """

    found: RunSaved | None = None
    is_trash: bool = False
    words: str = ""
    sorted_by: str = "age"
    is_turned: bool = False
    marks: dict[str, Saved] = field(default_factory=dict)
    shown: tuple[Saved, ...] = ()
    by_key: dict[str, Saved] = field(default_factory=dict)

    @property
    def all(self) -> tuple[Saved, ...]:
        """All that could be shown."""
        if self.found is None:
            return ()
        return self.found.trash if self.is_trash else self.found.saved

    def take(self, found: RunSaved | None) -> None:
        """Take in what a run has saved; marks of what it has no more go too."""
        self.found = found
        if found is not None:
            present = {item.key: item for item in (*found.saved, *found.trash)}
            self.marks = {
                key: present.get(key, item)
                for key, item in self.marks.items()
                if item.run != found.run or key in present
            }
        self.arrange()

    def arrange(self) -> None:
        """Filter and sort anew."""
        words = self.words.lower().split()
        found = [item for item in self.all if matches(item, words)]
        self.shown = tuple(ordered(found, self.sorted_by, self.is_turned))
        self.by_key = {item.key: item for item in self.shown}

    def filter(self, words: str) -> None:
        """Show only those that have all these words."""
        self.words = words
        self.arrange()

    def look_at_trash(self, is_trash: bool) -> None:
        """Show the trash, or what is there; marks don't go along."""
        self.is_trash = is_trash
        self.marks = {}
        self.arrange()

    def sort(self, title: str) -> None:
        """Sort by a column; by the same one again turns the order around."""
        self.is_turned = not self.is_turned if title == self.sorted_by else False
        self.sorted_by = title
        self.arrange()

    def sort_by_next(self) -> None:
        """Sort by the next of age, metric and size."""
        at = SORTS.index(self.sorted_by) if self.sorted_by in SORTS else -1
        self.sort(SORTS[(at + 1) % len(SORTS)])

    @property
    def sign(self) -> str:
        """An arrow for the way that the order goes."""
        return _DOWN if BY_TITLE[self.sorted_by].falls != self.is_turned else _UP

    def mark(self, key: str) -> None:
        """Mark a checkpoint, or take its mark away."""
        if self.marks.pop(key, None) is None:
            self.marks[key] = self.by_key[key]

    def mark_all(self) -> None:
        """Mark all that are shown; if they are, take their marks away."""
        if all(item.key in self.marks for item in self.shown):
            for item in self.shown:
                del self.marks[item.key]
        else:
            self.marks |= self.by_key

    def meant(self, key: str | None) -> list[Saved]:
        """The marked ones, those that are shown first; else the one under the cursor."""
        if self.marks:
            first = [item for item in self.shown if item.key in self.marks]
            return first + [item for key, item in self.marks.items() if key not in self.by_key]
        return [self.by_key[key]] if key in self.by_key else []
