"""From a name and a kind to a folder with a plugin that installs and trains."""

import importlib.metadata
import importlib.util
import keyword
import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from workbench import __version__
from workbench.api.errors import UserError
from workbench.core.files import make_folder, write_atomic
from workbench.core.plugins.discovery import ENTRY_POINT_GROUP

_TEMPLATES = Path(__file__).parent / "templates"
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True)
class _Kind:
    """``files`` maps each template to the module that it becomes; ``offers`` are sentences.

    ``hooks`` maps what a hook returns to the module and the constant that hold it.
    """

    files: Mapping[str, str]
    hooks: Mapping[str, tuple[str, str]]
    training: str
    requires: str | None
    offers: str


_DATASET = _Kind(
    {"stripes.py": "stripes.py"},
    {"datasets": ("stripes", "DATASETS")},
    "train --dataset $name",
    "numpy>=1.26",
    "a dataset of striped images",
)
_MODEL = _Kind(
    {"model.py": "model.py", "network.py": "network.py"},
    {"models": ("model", "MODELS")},
    "train --model $name",
    "torch>=2.6",
    "a model for PyTorch",
)
_OPTIMIZER = _Kind(
    {"optimizer.py": "optimizer.py", "descent.py": "descent.py"},
    {"optimizers": ("optimizer", "OPTIMIZERS")},
    "train --optimizer $name",
    "torch>=2.6",
    "an optimizer for PyTorch",
)
_BACKEND = _Kind(
    {"backend.py": "backend.py", "trainer.py": "trainer.py", "softmax.py": "softmax.py"},
    {
        "models": ("backend", "MODELS"),
        "optimizers": ("backend", "OPTIMIZERS"),
        "backends": ("backend", "BACKENDS"),
    },
    "train --backend $name",
    "numpy>=1.26",
    "a backend in NumPy with a model and an optimizer",
)
_FOLLOWER = _Kind(
    {"follower.py": "follower.py"},
    {"followers": ("follower", "FOLLOWERS")},
    "train --set followers.$name.on=true",
    None,
    "a follower that keeps a diary of a run",
)
_ALL = _Kind(
    {**_DATASET.files, **_BACKEND.files},
    {**_DATASET.hooks, **_BACKEND.hooks},
    "train --dataset $name --backend $name",
    "numpy>=1.26",
    "a dataset, and a backend in NumPy with a model and an optimizer",
)
_BY_NAME = {
    "dataset": _DATASET,
    "model": _MODEL,
    "optimizer": _OPTIMIZER,
    "backend": _BACKEND,
    "follower": _FOLLOWER,
    "all": _ALL,
}
KINDS = tuple(_BY_NAME)
"""What a new plugin may offer."""


@dataclass(frozen=True)
class WrittenPlugin:
    """A new plugin: its folder, the package in it, and the command that trains with it."""

    folder: Path
    package: Path
    training: str


def write_plugin(name: str, kind: str, into: Path) -> WrittenPlugin:
    """Write a plugin named ``name`` into a new folder of that name. Raises :class:`UserError`."""
    package = _package_name(name)
    folder = into / name
    if folder.exists() or folder.is_symlink():
        raise UserError(f"{folder} is there already; choose another name or --into a folder.")
    make_folder(into, "folder for the plugin")
    try:
        for path, text in render_plugin(name, kind).items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(target, text.encode())
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise UserError(f"{folder} can't be written ({error.strerror}).") from None
    training = Template(_BY_NAME[kind].training).substitute(name=name)
    return WrittenPlugin(folder, folder / package, training)


def render_plugin(name: str, kind: str) -> dict[str, str]:
    """The text of each file of a plugin, by its path in the plugin's folder."""
    package, chosen = name.replace("-", "_"), _BY_NAME[kind]
    values: dict[str, Any] = {
        "name": name,
        "package": package,
        "title": name.replace("-", " ").capitalize(),
        "classes": "".join(part.capitalize() for part in name.split("-")),
        "requires": f'"{chosen.requires}"' if chosen.requires else "",
        "offers": chosen.offers,
        "training": Template(chosen.training).substitute(name=name),
        "version": __version__,
        "imports": _imports(chosen),
        "hooks": _hooks(chosen),
    }
    files = {
        "pyproject.toml": "pyproject.toml",
        "README.md": "README.md",
        "tests/test_plugin.py": "test_plugin.py",
        f"{package}/__init__.py": "__init__.py",
        **{f"{package}/{module}": template for template, module in chosen.files.items()},
    }
    return {path: _render(template, values) for path, template in files.items()}


def _render(template: str, values: Mapping[str, Any]) -> str:
    text = (_TEMPLATES / f"{template}.txt").read_text(encoding="utf-8")
    return Template(text).substitute(values)


def _imports(kind: _Kind) -> str:
    modules: dict[str, list[str]] = {}
    for module, constant in kind.hooks.values():
        modules.setdefault(module, []).append(constant)
    return "\n".join(
        f"from .{module} import {', '.join(sorted(names))}"
        for module, names in sorted(modules.items())
    )


def _hooks(kind: _Kind) -> str:
    return "\n\n\n".join(
        f'@hookimpl\ndef workbench_{plural}():\n    """The {plural} of this plugin."""\n'
        f"    return {constant}"
        for plural, (_, constant) in kind.hooks.items()
    )


def _package_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise UserError(
            f"\"{name}\" can't be a plugin's name; use small letters, digits and dashes, such as "
            "wide-net."
        )
    if name in importlib.metadata.entry_points(group=ENTRY_POINT_GROUP).names:
        raise UserError(f'There is a plugin "{name}" already; choose another name.')
    package = name.replace("-", "_")
    is_taken = package in sys.stdlib_module_names or keyword.iskeyword(package)
    if is_taken or importlib.util.find_spec(package) is not None:
        raise UserError(f'"{package}" is a Python module already; choose another name.')
    return package
