"""Which runs the table shows, in which order, and which of them are marked."""

from dataclasses import dataclass, field

from workbench.tui.screens.runs.columns import BY_TITLE, COLUMNS, matches, ordered
from workbench.tui.screens.runs.reading import ListedRun

_DOWN, _UP = "▾", "▴"


@dataclass
class Listing:
    """The runs that were read, seen through a filter and an order."""

    runs: tuple[ListedRun, ...] = ()
    words: str = ""
    sorted_by: str = "age"
    is_turned: bool = False
    marked: frozenset[str] = frozenset()
    shown: tuple[ListedRun, ...] = ()
    by_name: dict[str, ListedRun] = field(default_factory=dict)

    def take(self, runs: tuple[ListedRun, ...]) -> None:
        """Take in the runs as they are now; marks of runs that are gone go too."""
        self.runs = runs
        self.by_name = {listed.name: listed for listed in runs}
        self.marked &= self.by_name.keys()
        self.arrange()

    def arrange(self) -> None:
        """Filter and sort anew."""
        words = self.words.lower().split()
        found = [listed for listed in self.runs if matches(listed, words)]
        self.shown = tuple(ordered(found, self.sorted_by, self.is_turned))

    def filter(self, words: str) -> None:
        """Show only the runs that have all these words."""
        self.words = words
        self.arrange()

    def sort(self, title: str) -> None:
        """Sort by a column; by the same one again turns the order around."""
        self.is_turned = not self.is_turned if title == self.sorted_by else False
        self.sorted_by = title
        self.arrange()

    def sort_by_next(self) -> None:
        """Sort by the next column."""
        titles = list(BY_TITLE)
        self.sort(titles[(titles.index(self.sorted_by) + 1) % len(COLUMNS)])

    @property
    def sign(self) -> str:
        """An arrow for the way that the order goes."""
        return _DOWN if BY_TITLE[self.sorted_by].falls != self.is_turned else _UP

    def mark(self, name: str) -> None:
        """Mark a run, or take its mark away."""
        self.marked ^= {name}

    def mark_all(self) -> None:
        """Mark all that are shown; if they are, take their marks away."""
        names = frozenset(listed.name for listed in self.shown)
        self.marked = self.marked - names if names <= self.marked else self.marked | names

    def meant(self, key: str | None) -> list[ListedRun]:
        """The marked runs in the order of the table, else the one under the cursor."""
        if not self.marked:
            return [self.by_name[key]] if key in self.by_name else []
        shown = [listed for listed in self.shown if listed.name in self.marked]
        hidden = self.marked - {listed.name for listed in shown}
        return shown + [self.by_name[name] for name in sorted(hidden)]
