"""What a run would take, from real batches of it."""

from workbench.cli.output import note, say
from workbench.core.config import Config
from workbench.core.forecast import BATCHES, forecast
from workbench.core.plan import Plan


def print_forecast(plan: Plan, config: Config) -> None:
    """Train some batches and keep nothing; say what the whole plan takes."""
    note(f"{plan.title}: at most {BATCHES} batches, of which nothing is kept")
    for line in forecast(plan, config.data_dir, config.runs_dir):
        say(line)
