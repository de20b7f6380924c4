"""Which lines the form has, in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from workbench.tui.plan_draft import PlanDraft
    from workbench.tui.plan_fields import Field

_SHOWN_SETTINGS = ("epochs", "data.batch_size", "data.shuffle", "seed", "loss", "device")
_MORE_SETTINGS = ("log_every", "samples", "data.drop_last", "data.workers")
_DEVICES = ("devices", "restarts")


@dataclass(frozen=True)
class Section:
    """Lines that belong together; one with a title can be folded away."""

    name: str
    fields: tuple[Field, ...]
    title: str = ""
    hint: str = ""


def sections(draft: PlanDraft, *, has_several_devices: bool = False) -> tuple[Section, ...]:
    """The form of a draft; how many devices is further up where there are several."""
    settings = {field.key: field for field in (*draft.options(""), *draft.options("data"))}
    backend = draft.choice("backend")
    schedule = draft.options("schedule")
    checkpoint = draft.options("checkpoint")
    followers = draft.followers()
    is_several = has_several_devices or settings["devices"].value != "1"
    shown = (*_SHOWN_SETTINGS, *(_DEVICES[:1] if is_several else ()))
    more = (*_MORE_SETTINGS, *(_DEVICES[1:] if is_several else _DEVICES))
    found = (
        Section("dataset", _part(draft, "dataset")),
        Section("model", _part(draft, "model")),
        Section("optimizer", _part(draft, "optimizer")),
        Section("training", (backend, *(settings[key] for key in shown))),
        Section("backend", draft.options("backend"), f"{backend.value or 'Backend'} options"),
        Section("schedule", schedule, "Schedule", schedule[0].value),
        Section("checkpoint", checkpoint, "Checkpoints", f"keep {checkpoint[3].value}"),
        Section("followers", followers, "Followers", _on(followers)),
        Section("more", tuple(settings[key] for key in more), "More"),
    )
    return tuple(section for section in found if section.fields)


def _part(draft: PlanDraft, kind: Literal["dataset", "model", "optimizer"]) -> tuple[Field, ...]:
    return (draft.choice(kind), *draft.options(kind), *draft.own_option(kind))


def _on(followers: tuple[Field, ...]) -> str:
    """The names of those that are on."""
    on = [field.label for field in followers if field.key.endswith(".on") and field.value == "true"]
    return ", ".join(on) or "none"
