"""The lines of the plan's form, and the answers that can be picked."""

from dataclasses import dataclass

from workbench.api.options import OptionField, format_value


@dataclass(frozen=True)
class Answer:
    """One answer that can be picked."""

    value: str
    title: str = ""
    description: str = ""


OWN_CODE = Answer(
    "module:function",
    "a function of your own",
    "Type its place; it is looked for in the folder where the workbench was started.",
)
"""What leads to typing a function instead of picking a name."""

OWN_CODE_KEYS = ("dataset.name", "model.name", "optimizer.name")

OWN_OPTION = "+"
"""Ends the key of the line in which an option of such a function is typed."""

OWN_OPTION_HINT = "name=value"


@dataclass(frozen=True)
class Field:
    """A line of the form: what ``key`` is now, and what it may be.

    ``answers`` is empty where any text that ``option`` accepts will do.
    """

    key: str
    value: str
    help: str
    answers: tuple[Answer, ...] = ()
    option: OptionField | None = None

    @property
    def label(self) -> str:
        """What the line is called: the part of the key that says most."""
        parts = self.key.split(".")
        if parts[-1] == OWN_OPTION:
            return "add option"
        if parts[-1] == "name":
            return parts[0]
        if len(parts) > 2:  # the switch of a follower has its name: followers.csv.on
            return parts[-2] if parts[-1] == "on" else f" {parts[-1]}"
        return parts[-1]

    @property
    def title(self) -> str:
        """What a list of its answers is called."""
        return self.label.replace("_", " ").capitalize()

    @property
    def is_default(self) -> bool:
        """Whether it has the value that it has when nobody says anything."""
        return self.option is not None and self.value == format_value(self.option.default)
