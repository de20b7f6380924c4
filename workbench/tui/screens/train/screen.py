"""The Train screen: puts the panels together and gives them what they show."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from workbench.api.commands import Command, Evaluate, Pause, Predict, Resume, SaveCheckpoint, Stop
from workbench.api.errors import UserError
from workbench.core.text import printable
from workbench.tui import run_control
from workbench.tui.screens.place import PlaceScreen
from workbench.tui.screens.train.offered import is_offered
from workbench.tui.screens.train.plan import PlanPanel
from workbench.tui.screens.train.warming import Warming
from workbench.tui.screens.train.welcome import Welcome

if TYPE_CHECKING:
    from workbench.api.events import Event
    from workbench.core.plan import Plan
    from workbench.core.runs import RunFolder
    from workbench.tui.run_history import RunHistory
    from workbench.tui.screens.train.interventions import RunFacts
    from workbench.tui.screens.train.run_panel import RunPanel
    from workbench.tui.screens.train.steer import Decision

RESUMABLE = ("interrupted", "stopped", "failed")
_PREDICTED_AT_ONCE = 8
_NEXT = "next: 4 its predictions · 3 its checkpoints · n another plan · t train"


class TrainScreen(PlaceScreen):
    """Plan on the left, the open run on the right."""

    PLACE = "train"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "train", "train", id="run.train", tooltip="Train the plan as a new run."),
        Binding("p", "pause", "pause", id="run.pause", tooltip="Pause the run after this batch."),
        Binding("p", "resume", "resume", id="run.resume", tooltip="Go on with the run."),
        Binding("s", "stop", "stop", id="run.stop", tooltip="Stop the run with a checkpoint."),
        Binding("k", "checkpoint", "save", id="run.checkpoint", tooltip="Save a checkpoint now."),
        Binding(
            "e",
            "evaluate",
            "eval",
            id="run.evaluate",
            tooltip="Evaluate the model on the test split.",
        ),
        Binding(
            "r", "predict", "predict", id="run.predict", tooltip="Predict the next test items."
        ),
        Binding(
            "g",
            "steer",
            "steer",
            id="run.steer",
            tooltip="All that can be done to the run, each with its command.",
        ),
        Binding(
            "T",
            "tensors",
            "tensors",
            show=False,
            id="run.tensors",
            tooltip="Data, weights and gradients of the model, explained.",
        ),
        Binding(
            "c",
            "chart",
            "chart",
            id="run.chart",
            tooltip="Go to the charts, one after the other, and back.",
        ),
        Binding(
            "f",
            "forecast",
            "forecast",
            show=False,
            id="plan.forecast",
            tooltip="What the plan takes in time, memory and disk; a batch size that fits.",
        ),
        Binding("n", "plan", "plan", id="plan.open", tooltip="Go to the plan and back."),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._next_item = 0
        self._shown_state: str | None = None
        self._warming = Warming()
        self._panel: RunPanel | None = None

    def compose_body(self) -> Iterable[Widget]:
        """Plan, run."""
        with Horizontal(id="train"):
            yield PlanPanel(self.session.config, id="plan")
            yield Welcome(id="welcome")

    @property
    def _history(self) -> RunHistory | None:
        return self.session.history

    def plugins_loaded(self) -> None:
        """Show the plan."""
        panel = self.query_one(PlanPanel)
        assert self.session.registry is not None
        panel.load(self.session.registry)
        self.query_one(Welcome).show(panel.draft)
        self._warming.touch()

    def on_key(self) -> None:
        """The person is there."""
        self._warming.touch()

    def show_devices(self) -> None:
        """Offer new devices too; this comes each second."""
        super().show_devices()
        self._show_silence()
        self._warm_up()
        if self.session.devices:
            self.query_one(PlanPanel).know_devices(self.session.devices[-1])

    def _show_silence(self) -> None:
        if self._panel is not None:
            self._panel.show_silence(self.session.now())

    def _warm_up(self) -> None:
        session = self.session
        if not (session.keeps_spare and self.is_current and session.place is None):
            return
        wanted = self._warming.wanted(self.query_one(PlanPanel).draft, session.history)
        if wanted is not None:
            self.in_thread(
                lambda: run_control.warm_up(session, *wanted), lambda _: None, group="spare"
            )

    def on_field_row_submitted(self) -> None:
        """The plan changed."""
        self._warming.touch()
        self.query_one(Welcome).show(self.query_one(PlanPanel).draft)

    def run_changed(self, history: RunHistory, events: list[Event]) -> None:
        """Show the run as it is now."""
        from workbench.tui.screens.train.run_panel import RunPanel  # not for the first paint

        super().run_changed(history, events)
        if history.completes():
            history.note(_NEXT)
        if self._panel is not None:
            self._panel.show(history, anew=not events)
        else:
            self._panel = RunPanel(history)
            self.add_class("-has-run")
            self.query_one("#train").mount(self._panel)
        self._show_silence()
        if history.overview.state != self._shown_state:
            if not history.overview.is_live:
                self._warming.touch()
            self._shown_state = history.overview.state
            self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done with the run as it is."""
        return is_offered(action, self._history.overview.state if self._history else None)

    def action_plan(self) -> None:
        """Go to the plan, or back from it."""
        panel = self.query_one(PlanPanel)
        if panel.has_focus_within:
            self.action_leave()
        else:
            self.add_class("-plan-open")
            panel.call_after_refresh(panel.enter)

    def action_chart(self) -> None:
        """Focus the next chart."""
        from workbench.tui.screens.train.curves import Curves

        for curves in self.query(Curves):
            curves.focus_chart()

    def action_tensors(self) -> None:
        """Look into the model: the live worker's, else the latest checkpoint's."""
        from workbench.tui.looking_into import open_tensors

        if self._history is not None:
            open_tensors(self, self._history.run)

    def action_leave(self) -> None:
        """Leave the chart, the field, the plan."""
        from workbench.tui.screens.train.curves import Curves

        if any(curves.show_both() for curves in self.query(Curves)):
            return
        self.remove_class("-plan-open")
        super().action_leave()

    def action_train(self) -> None:
        """Train the plan; ask first where a run is live."""
        try:
            plan = self.query_one(PlanPanel).plan()
        except UserError as error:
            self.complain(str(error))
            return
        history = self._history
        if history is not None and history.overview.state in RESUMABLE:
            self._resume_or_train(history, plan)
            return
        if history is None or not history.overview.is_live:
            self._train(plan)
            return

        from workbench.tui.screens.confirm import ConfirmScreen

        def answered(yes: bool | None) -> None:
            if yes:
                self._train(plan)

        name = printable(history.run.name)
        question = f"{name} is {history.overview.state}. Train another run beside it?"
        self.app.push_screen(ConfirmScreen(question, "train"), answered)

    def action_forecast(self) -> None:
        """Say what the plan would take, from real batches of it."""
        from workbench.tui.screens.train.forecast import ForecastScreen

        panel, session = self.query_one(PlanPanel), self.session
        try:
            plan = panel.plan()
        except UserError as error:
            self.complain(str(error))
            return

        def answered(answer: str | None) -> None:
            if answer == "train":
                self.action_train()
            elif answer:
                panel.set_value("data.batch_size", answer)

        self.app.push_screen(
            ForecastScreen(
                panel.shell_line,
                partial(run_control.forecast_plan, session, plan),
                partial(run_control.find_batch_size, session, plan),
            ),
            answered,
        )

    def _resume_or_train(self, history: RunHistory, plan: Plan) -> None:
        from workbench.tui.screens.train.interventions import resume_or_train
        from workbench.tui.screens.train.steer import SteerScreen

        def decided(decision: Decision | None) -> None:
            if decision is None:
                return
            if decision.intervention.name == "resume":
                self._resume(history)
            else:
                self._train(plan)

        lines = resume_or_train(self.query_one(PlanPanel).shell_line)
        self.app.push_screen(SteerScreen(history.run.name, lines, None), decided)

    def _train(self, plan: Plan) -> None:
        session, registry = self.session, self.session.registry
        if any(worker.group == "creating" for worker in self.app.workers):
            return  # a key that is pressed twice; of a run that is there one is asked first
        assert registry is not None
        self.remove_class("-plan-open")
        self.set_focus(None)

        def created(run: RunFolder) -> None:
            self.workbench.open_run(run, is_new=True)
            self.in_thread(lambda: run_control.launch(session, run), lambda _: None)

        self.in_thread(lambda: run_control.create(session, plan, registry), created, "creating")

    def action_pause(self) -> None:
        """Pause the run."""
        self._send(Pause())

    def action_resume(self) -> None:
        """Go on after a pause, or with a new worker from the newest checkpoint."""
        if self._history is not None:
            self._resume(self._history)

    def _resume(self, history: RunHistory) -> None:
        if history.overview.state == "paused":
            self._send(Resume(), history)
            return
        self._start_worker(history)

    def _start_worker(self, history: RunHistory, epochs: int | None = None) -> None:
        from workbench.tui.screens.device_choice import start_worker

        start_worker(self, history, epochs)

    def action_stop(self) -> None:
        """Stop the run with a checkpoint."""
        self._send(Stop())

    def action_steer(self) -> None:
        """Choose what to do to the run."""
        history = self._history
        if history is not None:
            session = self.session
            from workbench.tui.screens.train.interventions import run_facts

            self.in_thread(lambda: run_facts(session, history), partial(self._steer, history))

    def _steer(self, history: RunHistory, facts: RunFacts | None) -> None:
        from workbench.tui.screens.train.interventions import interventions_for
        from workbench.tui.screens.train.steer import SteerScreen

        if history is self._history:
            lines = interventions_for(history.overview.state)
            menu = SteerScreen(history.run.name, lines, facts)
            self.open_over(menu, partial(self._intervene, history))

    def _intervene(self, history: RunHistory, decision: Decision | None) -> None:
        """Do it to the run that the menu named, whichever is open by now."""
        if decision is None:
            return
        run, done = history.run, decision.intervention
        if done.name == "resume":
            self._resume(history)
        elif done.name == "extend":
            self._start_worker(history, decision.value)
        elif done.name == "tensors":
            from workbench.tui.looking_into import open_tensors

            open_tensors(self, run)
        elif done.name == "note":
            text = decision.value
            self.in_thread(lambda: run_control.add_note(run, text), lambda _: None, "commands")
        elif done.command is not None:
            self._send(done.command(decision.value), history)

    def action_checkpoint(self) -> None:
        """Save a checkpoint now."""
        self._send(SaveCheckpoint())

    def action_evaluate(self) -> None:
        """Evaluate the test split: in the live worker, or in one of its own."""
        history = self._history
        if history is None:
            return
        if history.overview.is_live:
            self._send(Evaluate())
            return
        session = self.session
        self._note("evaluating the latest checkpoint …")
        take = partial(self._take_result, history.run)
        self.in_thread(lambda: run_control.evaluate(session, history.run), take)

    def action_predict(self) -> None:
        """Predict the next test items."""
        history = self._history
        if history is None:
            return
        size = history.test_size or _PREDICTED_AT_ONCE
        indices = tuple((self._next_item + i) % size for i in range(min(_PREDICTED_AT_ONCE, size)))
        self._next_item = (self._next_item + _PREDICTED_AT_ONCE) % size
        if history.overview.is_live:
            self._send(Predict(indices=indices))
            return
        session = self.session
        self._note("predicting with the latest checkpoint …")
        take = partial(self._take_result, history.run)
        self.in_thread(lambda: run_control.predict(session, history.run, indices), take)

    def _note(self, text: str) -> None:
        if (history := self._history) is not None:
            history.note(text)
            self.run_changed(history, [])

    def _take_result(self, run: RunFolder, events: list[Event]) -> None:
        history = self._history
        if history is not None and history.run == run:  # and not another one meanwhile
            for event in events:
                history.apply_result(event)
            self.run_changed(history, events)

    def _send(self, command: Command, history: RunHistory | None = None) -> None:
        history = history or self._history
        if history is not None:
            run = history.run
            self.in_thread(lambda: run_control.steer(run, command), lambda _: None, "commands")
