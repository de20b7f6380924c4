"""Write the reference pages from the code: of the commands, options, hooks and keys."""

import dataclasses
import inspect
import re
import sys
import typing
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click
import msgspec

from workbench.api import data, errors, events, following, hooks, options, specs, tensors, training
from workbench.api.options import option_fields
from workbench.cli.main import cli
from workbench.cli.option_tables import option_row
from workbench.core.config.settings import Settings
from workbench.core.plan.checking import TABLES
from workbench.core.plan.settings import RunSettings
from workbench.core.plugins import Contribution, Registry, load_plugins
from workbench.tui.keys import key_page

FOLDER = Path(__file__).parent
BUILT_IN = ("pytorch", "keras", "launchers", "followers")
_OF_TRAINERS = (
    training.TrainerContext,
    training.Ranks,
    training.SupportsRanks,
    training.RankPlace,
    training.Evaluation,
    training.ModelSummary,
    training.LayerInfo,
    training.TensorStats,
    training.StepTimes,
    tensors.TensorView,
)
_KINDS = ("dataset", "model", "optimizer", "backend", "launcher", "follower")
_NOTICE = "<!-- Written by docs/generate.py; `make docs` writes it anew. -->"

_PIPE = r"\|"
"""A cell's own bar, also within backticks."""


def main() -> None:
    """Write the pages."""
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """Each generated page, by file name."""
    registry = load_plugins()
    return {
        "cli.md": _page(_cli_lines()),
        "options.md": _page(_option_lines(registry)),
        "hooks.md": _page(_hook_lines()),
        "keys.md": _page(key_page()),
    }


def _page(lines: Iterable[str]) -> str:
    return "\n".join([_NOTICE, "", *lines]) + "\n"


def _cli_lines() -> Iterator[str]:
    yield "# Command line"
    context = click.Context(cli, info_name="workbench")
    yield from _command_lines(cli, context, "##")


def _command_lines(command: click.Command, context: click.Context, level: str) -> Iterator[str]:
    yield from ("", f"{level} {context.command_path}", "")
    yield f"    {command.get_usage(context).removeprefix('Usage: ')}"
    for paragraph in (command.help or "").split("\n\n"):
        yield from ("", " ".join(paragraph.split()))
    records = [record for item in command.get_params(context) if (record := _record(item, context))]
    if records:
        yield ""
        yield from _table(("option", "what it does"), records)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                below = click.Context(inner, info_name=name, parent=context)
                yield from _command_lines(inner, below, "##" if command is cli else "###")


def _record(parameter: click.Parameter, context: click.Context) -> tuple[str, str] | None:
    record = parameter.get_help_record(context)
    if record is None or not isinstance(parameter, click.Option) or "--help" in parameter.opts:
        return None
    return f"`{record[0]}`", record[1]


def _option_lines(registry: Registry) -> Iterator[str]:
    yield "# Options"
    yield ""
    yield (
        "The keys of a plan (a preset, a `run.toml`, or `workbench train --set KEY=VALUE`), of "
        "each part that is built in, and of `workbench.toml`. `workbench plugins show NAME` lists "
        "those of any other plugin. Lists are written `512,512` on the command line."
    )
    yield from ("", "## Plan")
    yield from _options(RunSettings, "")
    for table, settings in TABLES.items():
        yield from _options(settings, f"{table}.")
    for kind in _KINDS:
        yield from ("", f"## {kind.capitalize()}s")
        for item in _built_in(registry, kind):
            backend = getattr(item.spec, "backend", "")
            yield from ("", f"### {item.qualified_name}{f' for {backend}' if backend else ''}", "")
            yield f"{item.spec.title}. {item.spec.description}"
            name = item.spec.name
            prefix = f"followers.{name}" if kind == "follower" else kind
            yield from _options(item.spec.options, f"{prefix}.")
    yield from ("", "## workbench.toml")
    yield from _options(Settings, "")


def _built_in(registry: Registry, kind: str) -> list[Contribution]:
    plugins = {plugin.name: plugin for plugin in registry.plugins}
    broken = [name for name in BUILT_IN if name not in plugins or plugins[name].error]
    if broken:
        sys.exit(f"These plugins don't load: {', '.join(broken)}")
    return [item for name in BUILT_IN for item in plugins[name].contributions if item.kind == kind]


def _hook_lines() -> Iterator[str]:
    yield "# Hooks, specs, options and events"
    yield from (
        "",
        "All that a plugin imports is in `workbench.api`; see the tutorial in plugins.md.",
    )
    yield from ("", "## Hooks", "", "A plugin's module implements some of these, with `@hookimpl`.")
    for name, hook in vars(hooks).items():
        if name.startswith("workbench_"):
            yield from ("", f"### {name}", "", f"    {_signature(name, hook)}", "", _prose(hook))
    yield from ("", "## Specs", "", f"What the hooks return, of API version {specs.API_VERSION}.")
    for spec in (item for item in vars(specs).values() if dataclasses.is_dataclass(item)):
        if spec.__module__ == specs.__name__:
            yield from ("", f"### {spec.__name__}", "", _prose(spec), "")
            yield from _table(("field", "type", "default"), map(_field, dataclasses.fields(spec)))
    yield from ("", "## Data", "", "What `load` of a dataset returns, and what a model is told.")
    for item in (data.DatasetInfo, data.ArraySplit, data.Split, data.Described):
        yield from _value(item)
    yield from ("", "## Options", "", _prose(options.option), "")
    yield from (f"    {_signature('option', options.option)}", "", _plain(options.__doc__ or ""))
    yield from ("", "## Trainer", "", "What `create_trainer` of a backend returns.", "")
    yield _prose(training.Trainer)
    yield ""
    yield from _attributes(training.Trainer)
    for name, method in _methods(training.Trainer):
        yield from ("", f"### {name}", "", f"    {_signature(name, method)}", "", _prose(method))
    optional = (
        training.SupportsSaliency,
        training.SupportsItemLosses,
        training.SupportsPlainLoop,
        tensors.SupportsTensors,
    )
    for protocol in optional:
        for name, method in _methods(protocol):
            yield from ("", f"### {name} (`{protocol.__name__}`)", "", _prose(protocol), "")
            yield from (f"    {_signature(name, method)}", "", _prose(method))
    yield from ("", "## What a trainer gets and gives")
    for item in _OF_TRAINERS:
        yield from _value(item)
    yield from ("", "### tensor_view", "", f"    {_signature('tensor_view', tensors.tensor_view)}")
    yield from ("", _prose(tensors.tensor_view))
    yield from ("", "## Errors", "", "What a plugin's code may raise; a person reads the message.")
    for error in (errors.UserError, errors.DeviceError, errors.WorkbenchError, errors.RankLost):
        yield from ("", f"### {error.__name__}", "", _prose(error))
    yield from ("", "## Followers", "", "What `create` of a follower gets and returns.")
    for item in (following.FollowedRun, following.Follower):
        yield from _value(item)
    yield from ("", "## Events", "", "What a follower and `workbench_run_event` are called with.")
    for event in typing.get_args(events.Event):
        fields = [name for name in event.__struct_fields__ if name not in ("seq", "time")]
        yield from ("", f"### {event.__name__}", "", _prose(event), "")
        yield "Fields: " + (", ".join(f"`{name}`" for name in fields) or "none") + "."


def _value(item: type) -> Iterator[str]:
    """A class that plugins make, are given or implement: its fields, properties and methods."""
    yield from ("", f"### {item.__name__}", "", _prose(item), "")
    if dataclasses.is_dataclass(item):
        rows = list(map(_field, dataclasses.fields(item)))
    else:
        rows = list(map(_struct_field, msgspec.structs.fields(item))) if _is_struct(item) else []
    if rows:
        yield from _table(("field", "type", "default"), rows)
    if not rows:
        yield from _attributes(item)
        shown = [(name, m) for name, m in vars(item).items() if name in ("__len__", "__getitem__")]
        for name, method in (*shown, *_methods(item)):
            about = _prose(method).partition("\n\n")[0].replace("\n", " ")
            yield f"- `{_signature(name, method)}`" + (f": {about}" if about else "")
    properties = [(name, p) for name, p in vars(item).items() if isinstance(p, property)]
    if properties:
        yield ""
    for name, one in properties:
        yield f"- `{name}`: {_prose(one)}"


def _is_struct(item: type) -> bool:
    return issubclass(item, msgspec.Struct)


def _struct_field(item: msgspec.structs.FieldInfo) -> tuple[str, str, str]:
    shown = "required" if item.required else f"`{item.default!r}`"
    return f"`{item.name}`", f"`{_short(inspect.formatannotation(item.type))}`", shown


def _methods(item: type) -> Iterator[tuple[str, typing.Any]]:
    for name, method in vars(item).items():
        if inspect.isfunction(method) and not name.startswith("_"):
            yield name, method


def _attributes(item: type) -> Iterator[str]:
    """What a protocol asks for beside methods, with the docstrings that stand below."""
    source = inspect.getsource(item)
    found = re.findall(r'^    (\w+): ([^\n]+)\n    """(.*?)"""', source, re.M | re.S)
    for name, kind, text in found:
        yield f"- `{name}: {kind}`: {' '.join(_plain(text).split())}"


def _field(item: "dataclasses.Field[typing.Any]") -> tuple[str, str, str]:
    default = item.default
    if item.default_factory is not dataclasses.MISSING:
        shown = repr(item.default_factory())
    elif default is dataclasses.MISSING:
        shown = "required"
    else:
        shown = default.__name__ if isinstance(default, type) else repr(default)
    hint = item.type if isinstance(item.type, str) else inspect.formatannotation(item.type)
    return f"`{item.name}`", f"`{_short(hint)}`", f"`{shown}`" if shown != "required" else shown


def _signature(name: str, function: typing.Any) -> str:
    return _short(f"{name}{inspect.signature(function)}")


def _short(text: str) -> str:
    if len(text) > 200:  # a union of all events says less than its name
        text = re.sub(r"event: [\w.| ]+", "event: Event", text)
    text = text.replace("str | collections.abc.Callable[..., typing.Any]", "Factory")
    text = re.sub(r"\b(workbench|collections|typing|pathlib)[\w.]*\.", "", text)
    return text.replace("Union[float, Literal['nan', 'inf', '-inf']]", "float")


def _prose(item: typing.Any) -> str:
    return _plain(inspect.getdoc(item) or "")


def _plain(text: str) -> str:
    """A docstring as Markdown."""
    text = re.sub(r":\w+:`~?(?:[\w.]*\.)?(\w+)`", r"`\1`", text)
    return text.replace("``", "`").replace("::\n", ":\n").strip()


def _options(options: type, prefix: str) -> Iterator[str]:
    rows = [
        (f"`{prefix}{name}`", kind, f"`{default}`" if default else "empty", allowed, text)
        for name, kind, default, allowed, text in map(option_row, option_fields(options))
    ]
    if rows:
        yield ""
        yield from _table(("key", "type", "default", "may be", "what it does"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', _PIPE) for cell in row)} |"


if __name__ == "__main__":
    main()
