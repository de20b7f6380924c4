"""What stands where a run will be, before there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

if TYPE_CHECKING:
    from workbench.tui.plan_draft import PlanDraft


class Welcome(Widget):
    """Says which key trains what."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._draft: PlanDraft | None = None

    def show(self, draft: PlanDraft | None) -> None:
        """Show what this plan would train."""
        self._draft = draft
        self.refresh()

    def render(self) -> Content:
        """The words in the middle."""
        keys = (("n", "change the plan"), ("2", "all runs"), ("?", "all keys"))
        lines = [
            Content.styled("◆ workbench", "bold $accent"),
            Content.styled("train, evaluate and use neural networks from the keyboard", "$muted"),
            Content(""),
            self._sentence(),
            Content(""),
            Content("     ").join(
                Content.assemble((key, "bold $accent"), " ", (words, "$muted"))
                for key, words in keys
            ),
        ]
        return Content("\n").join(lines)

    def _sentence(self) -> Content:
        draft = self._draft
        if draft is None:
            return Content.styled("loading the plugins …", "$muted")
        titles = {kind: draft.name(kind) for kind in ("dataset", "model", "optimizer", "backend")}
        dataset = draft.spec("dataset")
        return Content.assemble(
            "Press ",
            (" t ", "bold $background on $accent"),
            " to train ",
            (dataset.title if dataset else titles["dataset"], "bold"),
            " with ",
            (titles["model"], "bold"),
            f", {titles['optimizer']} and {titles['backend']}.",
        )
