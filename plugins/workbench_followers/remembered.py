"""Which run of a tracker belongs to a run, and how far it was told."""

import json
from collections.abc import Iterable
from pathlib import Path

from workbench_followers.scalars import Point


class Remembered:
    """A small file in the run's folder, so that a resumed run goes on in its tracker.

    ``id`` is the tracker's name of the run, ``step`` the last step that it has of each metric.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            self.id = str(found["id"])
            self._steps = {str(name): int(step) for name, step in found["steps"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self.id, self._steps = "", {}

    def new(self, point: Point) -> dict[str, float]:
        """Those of a point's values that the tracker has not yet."""
        steps = self._steps
        return {name: x for name, x in point.values.items() if point.step > steps.get(name, -1)}

    def told(self, points: Iterable[Point]) -> None:
        """The tracker has what is new of these points now."""
        before = dict(self._steps)
        for point in points:
            for name in point.values:
                self._steps[name] = max(point.step, self._steps.get(name, -1))
        if self._steps != before:
            self.save()

    def save(self) -> None:
        """Write the file."""
        beside = self._path.with_suffix(".new")
        text = json.dumps({"id": self.id, "steps": self._steps})
        beside.write_text(text, encoding="utf-8")
        beside.replace(self._path)
