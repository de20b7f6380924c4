"""The settings of ``workbench.toml``, declared once."""

from dataclasses import dataclass

from workbench.api.options import option


@dataclass(frozen=True)
class Settings:
    """The keys at the top of ``workbench.toml``; a relative path starts at the file's folder."""

    runs_dir: str | None = option(None, help="Folder of the runs; the user's data folder if unset.")
    data_dir: str | None = option(None, help="Folder of the datasets, likewise.")
    default_preset: str = option("quickstart-pytorch", help="The plan that the Train screen opens.")
    plugins: tuple[str, ...] = option((), help="Plugin files or folders to load.")
    disabled_plugins: tuple[str, ...] = option((), help="Names of plugins not to load.")
    theme: str = option("workbench", help="Colour theme of the terminal interface.")
    graphics: str = option(
        "auto",
        help="Images as pixels where the terminal says that it shows them (kitty, Ghostty).",
        choices=("auto", "off"),
    )
    notify: str = option(
        "bell,desktop",
        help="What the terminal does when the run on screen ends or fails.",
        choices=("bell,desktop", "bell", "none"),
    )
    hosts: tuple[str, ...] = option((), help="Machines of the Hosts page, each as for ssh.")
    host_command: str = option("workbench", help="What runs the workbench on those machines.")
