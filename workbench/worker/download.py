"""A dataset's own download, in a process that may import its framework and be ended.

``python -m workbench.worker.download PLACE FOLDER NETWORK_S [MODULE_FILE]`` calls
``PLACE(FOLDER)``; the exit status is 1 and the last line of the output says why if it fails.
"""

import importlib.util
import socket
import sys
from pathlib import Path

from workbench.api.factories import resolve


def main(arguments: list[str]) -> int:
    """Run a download; returns the exit status."""
    place, folder, network_s, *module_file = arguments
    # No library here sets a timeout; the default applies to each connection and each read.
    socket.setdefaulttimeout(float(network_s))
    try:
        _make_importable(place.partition(":")[0], module_file[0] if module_file else "")
        resolve(place)(folder)
    except Exception as error:
        reason = " ".join(str(error).split())
        sys.stdout.flush()  # what a library printed comes before the last line
        print(f"\n{type(error).__name__}: {reason}", file=sys.stderr)
        return 1
    return 0


def _make_importable(module: str, file: str) -> None:
    """A plugin that was loaded from a path has a module that no import finds."""
    if not file or module in sys.modules or importlib.util.find_spec(module) is not None:
        return
    is_package = Path(file).name == "__init__.py"
    spec = importlib.util.spec_from_file_location(
        module, file, submodule_search_locations=[str(Path(file).parent)] if is_package else None
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is not a Python file")
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[module] = loaded
    spec.loader.exec_module(loaded)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
