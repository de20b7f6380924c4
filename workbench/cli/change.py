"""``workbench change``."""

from pathlib import Path

import click

from workbench.cli import flags
from workbench.cli.session import Session


@click.command()
@click.argument("run")
@click.option("--learning-rate", type=float, help="Base learning rate from the next batch on.")
@click.option("--epochs", type=int, help="Epochs in all.")
@flags.runs_dir
@click.pass_obj
def change(
    session: Session,
    /,
    run: str,
    learning_rate: float | None,
    epochs: int | None,
    runs_dir: Path | None,
) -> None:
    """Change a live run: its learning rate, or how long it trains."""
    from workbench.api.commands import SetEpochs, SetLearningRate
    from workbench.cli.output import say
    from workbench.core.runs import find_run
    from workbench.core.runs.conversation import Conversation

    if learning_rate is None and epochs is None:
        raise click.UsageError("Say what to change: --learning-rate or --epochs.")
    folder = find_run(session.config(runs_dir=runs_dir).runs_dir, run)
    if learning_rate is not None:
        Conversation(folder).ask(SetLearningRate(learning_rate=learning_rate))
        say(f"The learning rate of {folder.name} is {learning_rate:g} from the next batch on.")
    if epochs is not None:
        Conversation(folder).ask(SetEpochs(epochs=epochs))
        say(f"{folder.name} has {epochs} epochs now.")
