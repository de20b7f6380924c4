"""The keys of the Data screen."""

from textual.binding import Binding, BindingType

DATA: list[BindingType] = [
    Binding("v", "split", "split", id="data.split", tooltip="The items of the next split."),
    Binding(
        "full_stop,pagedown",
        "page(1)",
        "page",
        key_display=". ,",
        id="data.next",
        tooltip="The next page of items.",
    ),
    Binding(
        "comma,pageup",
        "page(-1)",
        "back",
        show=False,
        id="data.previous",
        tooltip="The page of items before.",
    ),
    Binding("o", "options", "options", id="data.options",
            tooltip="Set the dataset's options, such as where your own files are."),
    Binding("f", "fetch", "fetch", id="data.fetch", tooltip="Fetch the full dataset."),
    Binding("i", "import", "import", id="data.import", tooltip="Copy it from a folder."),
    Binding("slash", "filter", "filter", key_display="/", id="data.filter",
            tooltip="Show only the classes that have what you type."),
    Binding("y", "copy", "copy", show=False, id="data.copy", tooltip="Copy the command."),
    Binding("x", "cancel", "cancel", id="data.cancel", tooltip="Cancel the fetch."),
]  # fmt: skip
