"""Meeting the other machines of a run."""

from collections.abc import Callable

from workbench.api.errors import UserError
from workbench.cli.output import note
from workbench.core.config import Config
from workbench.core.runs import RunFolder
from workbench.core.runs.nodes import Node


def gather(
    config: Config, nodes: int | None, rendezvous: str | None, make_run: Callable[[], RunFolder]
) -> tuple[RunFolder, Node | None]:
    """The run to start here, made by this machine or by the one that all meet at.

    Raises :class:`UserError`.
    """
    if nodes is None and rendezvous is None:
        return make_run(), None
    if nodes is None or rendezvous is None:
        raise UserError("--nnodes and --rdzv belong together; give both.")
    if nodes == 1:
        return make_run(), None
    from workbench.core.runs.meeting import meet

    run, node = meet(config.runs_dir, rendezvous, nodes, make_run)
    note(f"Machine {node.index + 1} of {nodes}, which meet at {rendezvous}.")
    return run, node
