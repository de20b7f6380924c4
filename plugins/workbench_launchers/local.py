"""One process on this machine."""

from workbench.api import Launch, LaunchCommand, LauncherSpec


def _command(launch: Launch) -> LaunchCommand:
    return LaunchCommand(arguments=launch.worker)


LOCAL = LauncherSpec(
    name="local",
    title="This machine",
    description="The worker alone, in one process.",
    command=_command,
)
