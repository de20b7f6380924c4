"""A plugin in words: what it offers with which options, or why it is broken."""

from collections.abc import Iterator

from textual.content import Content

from workbench.api.options import OptionField, format_value, option_fields
from workbench.api.specs import BackendSpec, FollowerSpec
from workbench.core.plugins import Contribution, PluginRecord
from workbench.core.plugins.registry import missing_modules
from workbench.core.text import printable, visible
from workbench.core.units import load_time_text


def describe(record: PluginRecord) -> Content:
    """All that is known of a plugin."""
    return Content("\n").join(_lines(record))


def _lines(record: PluginRecord) -> Iterator[Content]:
    about = Content.assemble(
        ("origin ", "$muted"),
        printable(record.origin),
        ("   version ", "$muted"),
        printable(record.version) or "–",
    )
    if record.state in ("loaded", "broken"):
        word = "loaded in" if record.state == "loaded" else "broken after"
        about += Content.styled(f"   {word} ", "$muted") + load_time_text(record.load_time_s)
    yield about
    if record.state == "disabled":
        yield Content.styled("It is named in disabled_plugins of workbench.toml.", "$warning")
    if record.state == "not trusted":
        yield Content.styled(printable(record.error), "$warning")
    elif record.error:
        yield Content("")
        yield Content.styled(f"✗ {printable(record.error)}", "bold $error")
        yield Content("")
        for line in record.traceback.splitlines():
            yield Content.styled(visible(line), "$muted")
    for sentence in record.deprecations:
        yield Content.styled(f"! {printable(sentence)}", "$warning")
    for contribution in record.contributions:
        yield Content("")
        yield from _contribution(contribution)


def _contribution(item: Contribution) -> Iterator[Content]:
    spec = item.spec
    backend = getattr(spec, "backend", "")
    where = f"  for {backend}" if backend else ""
    yield Content.assemble(
        (f"{item.kind} ", "$muted"),
        (printable(spec.name), "bold $accent"),
        f"  {printable(spec.title)}",
        (where, "$muted"),
    )
    yield Content.styled(f"  {printable(spec.description)}", "$muted")
    if isinstance(spec, BackendSpec):
        losses = ", ".join(loss.name for loss in spec.losses)
        yield Content.assemble(("  losses ", "$muted"), printable(losses))
        yield _installed(spec)
    if isinstance(spec, FollowerSpec):
        yield _installed(spec)
        where = f"  [followers.{spec.name}] in a plan or workbench.toml, or the plan's form"
        yield Content.styled(f"{where}, turns it on", "$muted")
    for option in option_fields(spec.options):
        yield _option(option)


def _installed(spec: BackendSpec | FollowerSpec) -> Content:
    missing = missing_modules(spec)
    if missing:
        words = f"  ! not installed: {', '.join(missing)}; {spec.install}"
        return Content.styled(printable(words), "$warning")
    return Content.styled("  ✓ installed", "$success")


def _option(option: OptionField) -> Content:
    words = [option.type_name, option.bounds, " or ".join(option.choices)]
    kind = ", ".join(word for word in words if word)
    return Content.assemble(
        "  ",
        (option.name, "bold"),
        f" {printable(format_value(option.default))}",
        (f"  {printable(option.help.rstrip('.'))} ({kind}).", "$muted"),
    )
