"""From a key on the Checkpoints screen to what it does: questions before it, a notice after it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from textual.content import Content

from workbench.api.errors import UserError, WorkbenchError
from workbench.api.training import ModelSummary
from workbench.core.checkpoints.managing import check_checkpoint_name
from workbench.core.runs import data_dir_of
from workbench.core.tasks import TaskSummary, WeightsTask, run_task
from workbench.core.text import printable
from workbench.core.units import bytes_text
from workbench.tui.screens.asking import AskScreen, WriteScreen
from workbench.tui.screens.checkpoints import doing
from workbench.tui.screens.checkpoints.actions import (
    ACTIONS,
    CheckpointAction,
    checkpoints_command,
    empty_command,
    evaluate_command,
    protects,
    restore_command,
)
from workbench.tui.screens.checkpoints.doing import Deleted, Deletion, Done
from workbench.tui.screens.checkpoints.reading import Saved, names_of
from workbench.tui.screens.menu import MenuItem, open_menu

if TYPE_CHECKING:
    from workbench.core.plugins import Registry
    from workbench.core.runs import RunFolder
    from workbench.tui.screens.checkpoints.screen import CheckpointsScreen

_NAMED = 6


class Deeds:
    """What the screen was told to do, and how to undo it."""

    def __init__(self, screen: CheckpointsScreen) -> None:
        self._screen = screen
        self._deleted: list[Deleted] = []
        # One deed at a time: the table may show one before it is over, and undo is to know all.
        self._doing = threading.Lock()
        self._summaries: dict[str, ModelSummary] = {}

    def do(self, action: CheckpointAction, items: list[Saved]) -> None:
        """Do it with these; they fit the action."""
        command = action.command(items)
        match action.name:
            case "inspect":
                self._inspect(items[0], command)
            case "tensors":
                from workbench.tui.looking_into import open_tensors

                open_tensors(self._screen, items[0].run, items[0].name)
            case "begin":
                self._begin(items[0])
            case "delete":
                self._screen.in_thread(
                    lambda: doing.look_at_deletion(items), self._ask_deletion, "deeds"
                )
            case "export":
                self._export(items[0])
            case "compare":
                from workbench.tui.screens.checkpoints.compare import CompareScreen

                self._screen.app.push_screen(CompareScreen(items, command))
            case "protect":
                is_protected = protects(items)
                self._run(lambda: doing.protect(items, is_protected), command)
            case "rename":
                self._rename(items[0])
            case "verify":
                from workbench.tui.screens.checkpoints.verify import VerifyScreen

                self._screen.app.push_screen(VerifyScreen(items, command))
            case "restore":
                deleted = tuple((item.run, item.checkpoint) for item in items)
                self._run(lambda: replace(doing.bring_back(deleted), deleted=()), command)

    def _run(self, work: Callable[[], Done], command: str) -> None:
        def do() -> Done:
            with self._doing:
                done = work()
                # What was restored otherwise, or is gone with the trash, can't be brought back.
                self._deleted = doing.still_there((*self._deleted, done.deleted))
            return done

        self._screen.tell_command(command)
        self._screen.in_thread(do, self._took, "deeds")

    def _took(self, done: Done) -> None:
        if done.problem:
            self._screen.complain(done.problem)
        if done.sentence:
            self._screen.app.notify(printable(done.sentence), timeout=5, markup=False)
        self._screen.done(done.renamed)

    def _ask(
        self, title: str, lines: list[Content], yes: str, command: str, work: Callable[[], Done]
    ) -> None:
        def answered(is_yes: bool | None) -> None:
            if is_yes:
                self._run(work, command)

        self._screen.open_over(AskScreen(title, lines, yes, command), answered)

    def _ask_deletion(self, deletion: Deletion) -> None:
        goes = deletion.goes
        if not goes:
            item, why = deletion.stays[0] if deletion.stays else (None, "")
            if item is not None:
                self._screen.complain(f"{item.reference} is kept: {why}.")
            return
        lines = [
            Content.assemble(
                "It frees ",
                (bytes_text(deletion.freed_bytes), "bold"),
                " once the trash is emptied (E); u brings it back.",
            ),
            *_listed("goes", [(item, bytes_text(item.size_bytes)) for item in goes], "$foreground"),
            *_listed("stays", deletion.stays, "$warning"),
        ]
        command = checkpoints_command("delete", goes)
        self._ask(f"Delete {names_of(goes)}?", lines, "delete", command, lambda: doing.delete(goes))

    def _rename(self, item: Saved) -> None:
        def written(name: str | None) -> None:
            if name:
                self._run(
                    lambda: doing.rename(item, name), checkpoints_command("rename", [item], name)
                )

        def problem(name: str) -> str:
            try:
                check_checkpoint_name(name)
            except UserError as error:
                return str(error)
            is_taken = (item.run.checkpoints / name).exists()
            return f'There is a checkpoint "{name}" already; choose another.' if is_taken else ""

        screen = WriteScreen(
            f"Rename {item.reference}",
            "new name",
            item.name,
            lambda name: checkpoints_command("rename", [item], name or "NAME"),
            problem,
        )
        self._screen.app.push_screen(screen, written)

    def _inspect(self, item: Saved, command: str) -> None:
        from workbench.tui.screens.checkpoints.inspect import InspectScreen

        key = f"{item.checkpoint.path} {item.checkpoint.manifest.created}"
        config = self._screen.session.config

        def load() -> ModelSummary | str:
            data_dir = str(data_dir_of(item.run, config))
            try:
                result = run_task(WeightsTask(str(item.run.path), item.name, data_dir))
            except WorkbenchError as error:
                return str(error)
            assert isinstance(result, TaskSummary)
            self._summaries[key] = result.summary
            return result.summary

        def begin(take: Callable[[ModelSummary | str], None]) -> None:
            self._screen.in_thread(load, take, "inspect")

        screen = InspectScreen(item.reference, command, self._summaries.get(key), begin)
        self._screen.app.push_screen(screen)

    @property
    def _registry(self) -> Registry | None:
        registry = self._screen.session.registry
        if registry is None:
            self._screen.complain("The plugins are still being loaded; try again in a moment.")
        return registry

    def _export(self, item: Saved) -> None:
        from workbench.tui.screens.checkpoints.exchange import ExchangeScreen
        from workbench.tui.screens.checkpoints.transfer import export_of

        registry = self._registry
        if registry is None:
            return
        try:
            exchange = export_of(self._screen.session, registry, item)
        except WorkbenchError as error:
            self._screen.complain(str(error))
            return
        self._screen.app.push_screen(ExchangeScreen(exchange))

    def import_file(self) -> None:
        """Make a run out of weights that someone else trained."""
        from workbench.tui.screens.checkpoints.transfer import import_suffixes
        from workbench.tui.screens.path import PathScreen

        registry = self._registry
        if registry is None:
            return
        suffixes = import_suffixes(registry)

        def named(file: Path | None) -> None:
            if file is not None:
                self._import(registry, file)

        title = f"Import weights ({', '.join(suffixes)})"
        self._screen.app.push_screen(PathScreen(title, "file", Path.cwd(), suffixes), named)

    def _import(self, registry: Registry, file: Path) -> None:
        from workbench.tui.screens.checkpoints.exchange import ExchangeScreen
        from workbench.tui.screens.checkpoints.transfer import import_of

        try:
            exchange = import_of(self._screen.session, registry, file)
        except WorkbenchError as error:
            self._screen.complain(str(error))
            return

        def imported(reference: str | None) -> None:
            if reference:
                self._screen.go_to_run(reference.partition("@")[0])

        self._screen.app.push_screen(ExchangeScreen(exchange), imported)

    def _begin(self, item: Saved) -> None:
        from workbench.tui.screens.checkpoints.begin import begin_screen, start
        from workbench.tui.screens.plan_changes import Repetition

        screen, session, registry = self._screen, self._screen.session, self._registry
        if registry is None:
            return

        def decided(what: Repetition | None) -> None:
            if what is not None:
                screen.tell_command(what.command)
                plan, is_queued = what.plan, what.is_queued
                screen.in_thread(
                    lambda: start(session, registry, plan, is_queued, made), done, "deeds"
                )

        def made(run: RunFolder) -> None:
            screen.app.call_later(screen.follow, run)

        def done(run: RunFolder) -> None:
            screen.read_now()
            if run.queued.exists():
                words = f"{run.name} waits in the queue."
                screen.app.notify(printable(words), timeout=5, markup=False)

        screen.app.push_screen(begin_screen(session, registry, item), decided)

    def undo(self, run: RunFolder) -> None:
        """Take back the last deletion here, or else the last one that there was in a run."""

        def bring_back() -> Done:
            if self._deleted:
                return doing.bring_back(self._deleted.pop())
            return doing.bring_back_last(run)

        self._run(bring_back, self._undo_command(run))

    @property
    def can_undo(self) -> bool:
        """Whether something was deleted here."""
        return bool(self._deleted)

    def _undo_command(self, run: RunFolder) -> str:
        if not self._deleted:
            return f"workbench checkpoints restore {run.name}"
        last = self._deleted[-1]
        return restore_command([Saved(run, item, False, deleted=0.0) for run, item in last])

    def empty(self, run: RunFolder, trash: Sequence[Saved]) -> None:
        """Ask, and delete a run's trash for good."""
        held = bytes_text(sum(item.size_bytes for item in trash))
        lines = [
            Content.assemble("It frees ", (held, "bold"), "."),
            *_listed(
                "goes", [(item, bytes_text(item.size_bytes)) for item in trash], "$foreground"
            ),
            Content.styled("Nothing brings them back after that.", "$warning"),
        ]
        title = f"Empty the trash of {run.name}?"
        self._ask(title, lines, "empty it", empty_command(run.name), lambda: doing.empty(run))

    def menu(self, meant: list[Saved], run: RunFolder | None) -> None:
        """Show everything that can be done with what is meant, and do what is picked."""
        screen = self._screen
        items = [
            MenuItem(f"deed('{action.name}')", action.key, action.words, action.command(meant))
            for action in ACTIONS
            if action.fits(meant)
        ]
        if len(meant) == 1 and not meant[0].is_deleted:
            items.insert(0, MenuItem("predict", "enter", "predict", evaluate_command(meant)))
        if run is not None:
            restore = f"workbench checkpoints restore {run.name}"
            listed = f"workbench checkpoints list {run.name} --deleted"
            items += [
                MenuItem("undo", "u", "undo", restore),
                MenuItem("trash", "t", "trash", listed),
                MenuItem("empty", "E", "empty", empty_command(run.name)),
            ]
        command = "workbench checkpoints import FILE --preset NAME"
        items.append(MenuItem("import_file", "I", "import", command))
        offered = [item for item in items if screen.offers(item.action)]

        title = names_of(meant) if meant else "Checkpoints"
        open_menu(screen, title, offered, lambda: [item.key for item in screen.meant])


def _listed(verb: str, items: Sequence[tuple[Saved, str]], style: str) -> list[Content]:
    """Some of the checkpoints by name, each with a word, and how many more there are."""
    is_one_run = len({item.run for item, _ in items}) == 1
    lines = [
        Content.assemble(
            (f"{verb:<5}  ", "$muted"),
            (printable(item.name if is_one_run else item.reference), style),
            (f"  {words}", "$muted"),
        )
        for item, words in items[:_NAMED]
    ]
    more = len(items) - len(lines)
    return [*lines, Content.styled(f"{verb:<5}  {more:,} more", "$muted")] if more else lines
