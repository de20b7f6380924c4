"""The keys of the Predict screen."""

from textual.binding import Binding, BindingType

BINDINGS: list[BindingType] = [
    Binding("e", "evaluate", "evaluate", id="predict.evaluate", tooltip="Evaluate the split."),
    Binding("w", "outcome", "wrong", id="predict.outcome", tooltip="All, wrong or right items."),
    Binding(
        "o",
        "order",
        "sort",
        id="predict.order",
        tooltip="Sort: as stored, most wrong, least sure.",
    ),
    Binding("c", "class", "class", id="predict.class", tooltip="The items of one class."),
    Binding("v", "split", "split", id="predict.split", tooltip="Look at another split."),
    Binding("i", "image", "image", id="predict.image", tooltip="Predict your own images."),
    Binding("d", "draw", "draw", id="predict.draw", tooltip="Draw something for the model."),
    Binding("b", "open", "model", id="predict.open", tooltip="Another checkpoint or live model."),
    Binding(
        "x", "compare", "compare", id="predict.compare", tooltip="Several models side by side."
    ),
    Binding(
        "left_square_bracket",
        "epoch(-1)",
        "epochs",
        key_display="[ ]",
        id="predict.epoch.before",
        tooltip="The fixed samples an epoch earlier.",
    ),
    Binding(
        "right_square_bracket",
        "epoch(1)",
        "epoch",
        key_display="]",
        show=False,
        id="predict.epoch.after",
        tooltip="The fixed samples an epoch later.",
    ),
    Binding(
        "space",
        "part",
        "metrics",
        id="predict.part",
        tooltip="The matrix, the classes, calibration.",
    ),
    Binding("y", "copy", "copy", show=False, id="predict.copy", tooltip="Copy the command."),
    Binding(
        "full_stop,pagedown",
        "page(1)",
        "page",
        show=False,
        id="predict.next",
        tooltip="Next page.",
    ),
    Binding(
        "comma,pageup",
        "page(-1)",
        "back",
        show=False,
        id="predict.previous",
        tooltip="Page before.",
    ),
]
