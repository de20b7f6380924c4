"""Rendering only what of the widgets is seen, and only where something changed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import cast

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip

Chops = list[dict[int, Strip | None]]
"""For each row what stands from a column to the next at which a widget begins or ends."""


class SparingCompositor(Compositor):
    """Renders a widget only if what is to be drawn shows some of it.

    Textual's own renders and cuts up every widget within the smallest rectangle around all that
    changed, and those behind others with them. A curve at the top and a line of the log at the
    bottom make this the whole screen, several times for each drawing of a run.
    """

    def _render_chops(
        self, crop: Region, is_rendered_line: Callable[[int], bool]
    ) -> Sequence[Mapping[int, Strip]]:
        crop = crop.intersection(self.size.region)
        lines = filter(is_rendered_line, crop.line_range)
        chops = self._chops_of([(y, crop.x, crop.right) for y in lines])
        return cast("Sequence[Mapping[int, Strip]]", chops)

    def render_partial_update(self) -> ChopsUpdate | None:
        """What changed since the last time, if anything."""
        whole = self.size.region
        regions = [part for region in self._dirty_regions if (part := region.intersection(whole))]
        self._dirty_regions.clear()
        if not regions:
            return None
        spans = list(self._regions_to_spans(regions))
        chops = self._chops_of(spans)
        return ChopsUpdate(chops, spans, [cuts[1:] for cuts in self.cuts])

    def _chops_of(self, spans: Sequence[tuple[int, int, int]]) -> Chops:
        """The chops that lie in the spans; the others are ``None``."""
        chops: Chops = [dict.fromkeys(cuts[:-1]) for cuts in self.cuts]
        wanted = self._wanted(spans)
        for widget, (region, clip) in self.visible_widgets.items():  # those in front come first
            if not wanted:
                break
            shown = region.intersection(clip)
            own = range(shown.x, shown.right)
            rows = [y for y in shown.line_range if y in wanted and not wanted[y].isdisjoint(own)]
            if not rows:
                continue
            top = rows[0]
            part = Region(shown.x, top, shown.width, rows[-1] + 1 - top)
            strips = widget.render_lines(part.translate(-region.offset))
            for y in rows:
                wanted[y] -= self._paint(chops[y], wanted[y], strips[y - top], y, shown)
                if not wanted[y]:
                    del wanted[y]
        return chops

    def _wanted(self, spans: Iterable[tuple[int, int, int]]) -> dict[int, set[int]]:
        """Where the chops begin that lie in the spans, by row."""
        wanted: dict[int, set[int]] = {}
        for y, first, stop in spans:
            starts = {
                start for start, end in pairwise(self.cuts[y]) if start < stop and end > first
            }
            wanted.setdefault(y, set()).update(starts)
        return wanted

    def _paint(
        self, row: dict[int, Strip | None], wanted: set[int], strip: Strip, y: int, shown: Region
    ) -> set[int]:
        """Put what is wanted of a widget's line into its row; where that was."""
        left, right = shown.x, shown.right
        starts = [cut for cut in self.cuts[y] if left <= cut < right]
        if len(starts) == 1 and strip.cell_length == shown.width:
            row[left] = strip
            return {left}
        # A line may be too short while a widget changes its size; the rest is for those behind.
        parts = zip(
            starts, strip.divide([cut - left for cut in (*starts[1:], right)]), strict=False
        )
        painted = {start: part for start, part in parts if start in wanted}
        row.update(painted)
        return set(painted)
