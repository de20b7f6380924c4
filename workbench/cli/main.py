"""The ``workbench`` command; each of its commands is imported when it is called."""

import errno
import importlib
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench import __version__
from workbench.cli.streams import open_closed_streams, silence

if TYPE_CHECKING:
    from workbench.cli.session import Session

COMMANDS = {
    "train": "Train a new run and follow it.",
    "submit": "Give a new run to a cluster's scheduler.",
    "queue": "Let runs wait for each other.",
    "sweep": "Queue runs whose plans differ in some keys.",
    "compare": "Compare runs: what differs in their plans, and how good they are.",
    "runs": "List the runs.",
    "status": "Say in plain sentences how runs are going.",
    "attach": "Follow a run: its lines so far, then the new ones.",
    "pause": "Pause a run after its current batch.",
    "resume": "Let a run go on, from its latest checkpoint if need be.",
    "stop": "Stop a run with a checkpoint.",
    "change": "Change a live run: its learning rate, or how long it trains.",
    "verify-resume": "Prove that a resume is exact, by killing a worker.",
    "checkpoint": "Save a checkpoint of a live run now.",
    "checkpoints": "Manage checkpoints: list, compare, protect, delete, export.",
    "evaluate": "Evaluate models on a split, several of them side by side.",
    "predict": "Predict items of a split, or your own images, with a run's model.",
    "tensors": "Look into tensors: data, outputs, weights, gradients, the optimizer's state.",
    "report": "Write a run as one HTML file that needs nothing else.",
    "script": "Write a run as a Python program that needs no workbench.",
    "clean": "Show what old runs hold on the disk, and free it.",
    "data": "Show, obtain and import datasets.",
    "models": "List the models, or look into one.",
    "plugins": "List the plugins, look into one, write, check and manage them.",
    "trust": "Let the plugins run, and the followers report, that a folder's files name.",
    "devices": "Show processor, memory, disk and GPUs.",
    "bench": "Measure a plan on this machine against a plain loop of its framework.",
    "doctor": "Check whether everything is in place.",
}
"""Each command with what it does; its module in this package has its name."""
_UNLISTED = ("serve",)
_WITHOUT_SCREEN = ("dumb", "unknown")


class CommandError(click.ClickException):
    """A sentence for the person; the exit code is 1."""

    def format_message(self) -> str:
        """The sentence, safe for a terminal."""
        from workbench.core.text import visible

        return visible(self.message)


class PersonCommandError(CommandError):
    """A sentence about what the person can mend; the exit code is 2."""

    exit_code = 2


class WorkbenchGroup(click.Group):
    """The commands, listed without importing them; errors end as one sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in (*COMMANDS, *_UNLISTED):
            return None
        name = cmd_name.replace("-", "_")
        command = getattr(importlib.import_module(f"workbench.cli.{name}"), name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or name the nearest one; with ``--host`` it is run there."""
        if ctx.params.get("host"):
            from workbench.cli.elsewhere import run_elsewhere

            run_elsewhere(ctx.params, args)
        if args and args[0] not in (*COMMANDS, *_UNLISTED) and not args[0].startswith("-"):
            from workbench.api.options import unknown_name
            from workbench.core.text import visible

            raise click.UsageError(visible(unknown_name(args[0], args[0], COMMANDS, "command")))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; whatever goes wrong becomes a sentence."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise SystemExit(130) from None
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if ctx.params.get("debug"):
                _print_traceback()
            raise _command_error(error) from None

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command line and exit."""
        open_closed_streams()
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                # A file's name need not be valid text, nor a terminal know every letter.
                stream.reconfigure(errors="backslashreplace")
        code: Any = 0
        try:
            super().main(*args, **{"prog_name": "workbench", **extra})
        except SystemExit as ended:
            code = ended.code
        except OSError as error:  # of what click itself prints, such as the help
            code = _tell(error)
        raise SystemExit(_flushed(code))


def _tell(error: Exception) -> int:
    told = _command_error(error)
    told.show()
    return told.exit_code


def _flushed(code: Any) -> Any:
    """The exit code after the rest of the output: Python itself would end with a traceback."""
    try:
        sys.stdout.flush()
    except OSError as error:
        silence(sys.stdout)
        if not code:
            return 1 if isinstance(error, BrokenPipeError) else _tell(error)
    return code


def _print_traceback() -> None:
    import traceback

    from workbench.cli.output import note_lines

    note_lines(traceback.format_exc())


def _command_error(error: Exception) -> CommandError:
    from workbench.api.errors import UserError, WorkbenchError

    if isinstance(error, WorkbenchError):
        return (PersonCommandError if isinstance(error, UserError) else CommandError)(str(error))
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        where = f" of {error.filename}" if error.filename else " that the output goes to"
        return PersonCommandError(f"The disk{where} is full; free some space, then try again.")
    reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return CommandError(
        f"{reason} (a fault of the workbench; `workbench --debug ...` shows the traceback)"
    )


@click.group(
    cls=WorkbenchGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="workbench")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.option(
    "--plugin",
    "plugins",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Load a plugin file or folder too; may be repeated.",
)
@click.option(
    "--no-plugin",
    "blocked",
    multiple=True,
    metavar="NAME",
    help="Don't load a plugin; may be repeated.",
)
@click.option(
    "--host",
    metavar="USER@BOX",
    help="Work with the runs of another machine, through ssh.",
)
@click.pass_context
def cli(
    ctx: click.Context,
    debug: bool,
    plugins: tuple[Path, ...],
    blocked: tuple[str, ...],
    host: str | None,
) -> None:
    """The terminal workbench for neural networks.

    Without a command it opens the terminal interface.
    """
    from workbench.cli.session import Session

    ctx.obj = Session(debug, plugins, blocked)
    if ctx.invoked_subcommand is None:
        _open_interface(ctx.obj, host)


def _require_terminal() -> None:
    """Raise :class:`PersonCommandError` where no full screen can be drawn."""
    # A web server of the interface gives it a driver of its own instead of a terminal.
    if "TEXTUAL_DRIVER" in os.environ:
        return
    instead = "`workbench train` and the other commands of `workbench --help` need none"
    # It is drawn on standard error, but asks standard output how large the terminal is.
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise PersonCommandError(f"The interface needs a terminal; {instead}.")
    if (term := os.environ.get("TERM")) in _WITHOUT_SCREEN:
        raise PersonCommandError(
            f"The interface needs a terminal that can draw a full screen, which one of "
            f"TERM={term} can't; {instead}."
        )


def _open_interface(session: "Session", host: str | None) -> None:
    _require_terminal()
    config = session.config()
    if (config.untrusted_plugins or config.untrusted_followers) and sys.stdin.isatty():
        from workbench.cli.trust import ask_for_trust

        if ask_for_trust(config):
            config = session.config()
    from workbench.tui.app import run_app

    if host:
        from workbench.cli.output import note

        note(f"Connecting to {host} …")
    run_app(config, debug=session.debug, host=host or "")
