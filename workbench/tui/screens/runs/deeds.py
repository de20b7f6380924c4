"""From a key on the Runs screen to what it does: the questions before it, the notice after it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from workbench.api.commands import Pause, Stop
from workbench.api.errors import UserError, WorkbenchError
from workbench.core.runs.store import check_run_name
from workbench.core.text import printable
from workbench.core.units import bytes_text
from workbench.tui.run_control import newest_run
from workbench.tui.screens.asking import AskScreen, WriteScreen
from workbench.tui.screens.menu import MenuItem, open_menu
from workbench.tui.screens.runs import doing
from workbench.tui.screens.runs.actions import (
    ACTIONS,
    OPEN_COMMAND,
    RunAction,
    note_command,
    rename_command,
    train_command,
)
from workbench.tui.screens.runs.doing import Done, Undo
from workbench.tui.screens.runs.resumed import Resumed

if TYPE_CHECKING:
    from workbench.core.runs import RunFolder
    from workbench.tui.screens.runs.reading import ListedRun
    from workbench.tui.screens.runs.screen import RunsScreen

_MANY = 2


class Deeds:
    """What the screen was told to do, and how to undo it."""

    def __init__(self, screen: RunsScreen) -> None:
        self._screen = screen
        self._undos: list[Undo] = []
        self._resumed = Resumed()
        # Held while something is done that can be undone: the table may show it before it is over.
        self._undoable = threading.Lock()

    def do(self, action: RunAction, runs: list[ListedRun]) -> None:
        """Do it with these runs; there is at least one."""
        session = self._screen.session
        match action.name:
            case "compare":
                self._compare(runs)
            case "repeat":
                self._repeat(runs[0])
            case "pause":
                self._at_once(action, runs, lambda: doing.steer(runs, Pause()))
            case "resume" | "start":
                self._resume(action, runs)
            case "stop":
                self._stop(action, runs)
            case "delete":
                self._delete(action, runs)
            case "note":
                self._note(runs)
            case "rename":
                self._rename(runs[0])
            case "earlier" | "later":
                by = -1 if action.name == "earlier" else 1
                place = max(1, (runs[0].place or 1) + by)
                self._at_once(action, runs, lambda: doing.move(session, runs[0].run, place))
            case "cancel":
                cancel = partial(doing.cancel, session, runs)
                self._at_once(action, runs, partial(self._keep_undo, cancel))

    def _at_once(self, action: RunAction, runs: list[ListedRun], work: Callable[[], Done]) -> None:
        self._run(work, action.command(runs))

    def _run(self, work: Callable[[], Done], command: str) -> None:
        screen, session = self._screen, self._screen.session

        def do() -> tuple[Done, RunFolder | None]:
            done, history = work(), session.history
            is_gone = history is not None and not history.run.path.exists()
            return done, newest_run(session) if is_gone else None

        screen.tell_command(command)
        screen.in_thread(do, lambda result: self._took(*result), "deeds")

    def _took(self, done: Done, newest: RunFolder | None) -> None:
        screen, history = self._screen, self._screen.session.history
        opened = done.now if history is not None and history.run == done.before else newest
        if opened is not None:
            screen.workbench.open_run(opened)
        if done.now is not None:
            screen.go_to(done.now.name)
        if done.problem:
            screen.complain(done.problem)
        if done.sentence:
            screen.app.notify(printable(done.sentence), timeout=5, markup=False)
        screen.read_now()

    def look(self, runs: Iterable[ListedRun]) -> None:
        """See how the runs do that were told to go on."""
        for sentence in self._resumed.failures(runs):
            self._screen.complain(sentence)

    def _keep_undo(self, work: Callable[[], Done]) -> Done:
        with self._undoable:
            done = work()
            if done.undo is not None:
                self._undos.append(done.undo)
        return done

    def _resume(self, action: RunAction, runs: list[ListedRun]) -> None:
        from workbench.tui.screens.device_choice import with_a_device

        session = self._screen.session

        def launch(device: str | None) -> None:
            self._expect_workers(runs)
            self._at_once(action, runs, lambda: doing.resume(session, runs, device))

        new = [listed for listed in runs if listed.overview and not listed.is_live]
        with_a_device(self._screen, [listed.run for listed in new], action.command(new[:1]), launch)

    def _expect_workers(self, runs: list[ListedRun]) -> None:
        self._resumed.expect([listed for listed in runs if not listed.is_live])
        history = self._screen.session.history
        is_open = history is not None and any(listed.run == history.run for listed in runs)
        if history is not None and is_open and history.overview.state != "paused":
            history.launched()

    def _ask(
        self, title: str, lines: list[Content], yes: str, command: str, work: Callable[[], Done]
    ) -> None:
        def answered(is_yes: bool | None) -> None:
            if is_yes:
                self._run(work, command)

        self._screen.app.push_screen(AskScreen(title, lines, yes, command), answered)

    def _stop(self, action: RunAction, runs: list[ListedRun]) -> None:
        if len(runs) < _MANY:
            self._at_once(action, runs, lambda: doing.steer(runs, Stop()))
            return
        lines = [Content("Each saves a checkpoint first; p lets it go on.")]
        command = action.command(runs)
        title = f"Stop {len(runs)} runs?"
        self._ask(title, lines, "stop", command, lambda: doing.steer(runs, Stop()))

    def _delete(self, action: RunAction, runs: list[ListedRun]) -> None:
        title = f"Delete {runs[0].name}?" if len(runs) == 1 else f"Delete {len(runs)} runs?"
        held = sum(listed.size_bytes or 0 for listed in runs)
        lines = [
            Content.assemble(
                (bytes_text(held), "bold"),
                " of events and checkpoints go to the trash; u brings them back.",
            ),
            Content.styled(
                "`workbench runs empty-trash` deletes them for good and frees the disk.", "$muted"
            ),
        ]
        live = sum(listed.is_live for listed in self._screen.meant)
        if live:
            words = f"{live} live {'run stays' if live == 1 else 'runs stay'}: stop first."
            lines.append(Content.styled(words, "$warning"))
        delete = partial(self._keep_undo, partial(doing.delete, runs))
        self._ask(title, lines, "delete", action.command(runs), delete)

    def _note(self, runs: list[ListedRun]) -> None:
        def written(text: str | None) -> None:
            if text:
                self._run(lambda: doing.note(runs, text), note_command(runs, text))

        screen = WriteScreen(
            f"Note for {doing.named([listed.run for listed in runs])}",
            "what is worth remembering",
            "",
            lambda text: note_command(runs, text or "TEXT"),
            lambda text: "" if text.strip() else "A note has words.",
        )
        self._screen.app.push_screen(screen, written)

    def _rename(self, listed: ListedRun) -> None:
        def written(name: str | None) -> None:
            if name:
                command = rename_command(listed.name, name)
                rename = partial(doing.rename, listed.run, name)
                self._run(partial(self._keep_undo, rename), command)

        screen = WriteScreen(
            f"Rename {listed.name}",
            "new name",
            listed.name,
            lambda name: rename_command(listed.name, name or "NAME"),
            self._name_problem,
        )
        self._screen.app.push_screen(screen, written)

    def _name_problem(self, name: str) -> str:
        try:
            check_run_name(name)
        except UserError as error:
            return str(error)
        is_taken = (self._screen.session.config.runs_dir / name).exists()
        return f'There is a run "{name}" already; choose another name.' if is_taken else ""

    def _repeat(self, listed: ListedRun) -> None:
        from workbench.tui.plan_draft import PlanDraft
        from workbench.tui.screens.plan_changes import RepeatScreen, Repetition

        screen, session = self._screen, self._screen.session
        registry = session.registry
        if registry is None:
            screen.complain("The plugins are still being loaded; try again in a moment.")
            return
        try:
            base = PlanDraft(doing.plan_of(listed.run), registry, session.config.plugin_paths)
        except WorkbenchError as error:
            screen.complain(str(error))
            return

        def decided(what: Repetition | None) -> None:
            if what is not None:
                plan, is_queued = what.plan, what.is_queued
                self._run(
                    lambda: doing.train(session, registry, plan, is_queued=is_queued),
                    what.command,
                )

        def command(values: Sequence[str], is_queued: bool) -> str:
            return train_command(listed, values, queue=is_queued)

        title = Content.assemble("Repeat ", (printable(listed.name), "bold"))
        screen.app.push_screen(RepeatScreen(title, base, command), decided)

    def _compare(self, runs: list[ListedRun]) -> None:
        from workbench.tui.screens.runs.compare import CompareScreen

        def left(name: str | None) -> None:
            listed = next((listed for listed in runs if listed.name == name), None)
            if listed is not None:
                self._screen.open(listed)

        self._screen.app.push_screen(CompareScreen(runs), left)

    def undo(self) -> None:
        """Take back the last deed, or else the last deletion there ever was."""
        session = self._screen.session

        def take_back() -> Done:
            with self._undoable:
                if self._undos:
                    return replace(self._undos.pop().do(), undo=None)
                return doing.undo_last_delete(session)

        self._run(take_back, self.undo_command)

    def menu(self) -> None:
        """Show everything that can be done with the runs that are meant, and do what is picked."""
        screen = self._screen
        meant = screen.meant
        items = [
            MenuItem(f"deed('{action.name}')", action.key, action.words, action.command(targets))
            for action in ACTIONS
            if (targets := action.targets(meant))
        ]
        if len(meant) == 1:
            items.insert(0, MenuItem("open_run", "enter", "open", OPEN_COMMAND(meant)))
        items.append(MenuItem("undo", "u", "undo", self.undo_command))

        title = doing.named([listed.run for listed in meant]) if meant else "Runs"
        open_menu(screen, title, items, lambda: [listed.run for listed in screen.meant])

    @property
    def undo_command(self) -> str:
        """What undoes the last deed in a shell."""
        return self._undos[-1].command if self._undos else "workbench runs restore"
