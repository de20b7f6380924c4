"""Why a plugin was not loaded, as one line for a person."""

import inspect
import re

from pluggy import PluginValidationError

from workbench.api import hooks
from workbench.api.options import unknown_name
from workbench.core.plugins.guarding import PluginHangsError
from workbench.core.plugins.validation import PluginContractError

_ARGUMENT = r"for hook '(\w+)' .*Argument\(s\) {'(\w+)'"
"""How pluggy says that a hook has none of this name."""


def reason_of(error: BaseException) -> str:
    """What is wrong; of what nobody foresaw the error's own words."""
    text = " ".join(str(error).split())
    kind = type(error).__name__
    match error:
        case PluginContractError() | PluginHangsError():
            return text
        case ModuleNotFoundError(name=str(name)):
            return f"it imports {name}, which is not installed"
        case SystemExit():
            return f"it ends the process while it is loaded ({kind}{f': {text}' if text else ''})"
        case PluginValidationError() if found := re.search(r"unknown hook '(\w+)'", text):
            known = [name for name in vars(hooks) if name.startswith("workbench_")]
            return unknown_name(found[1], found[1], known, "hook")
        case PluginValidationError() if found := re.search(_ARGUMENT, text):
            hook, argument = found.groups()
            taken = ", ".join(inspect.signature(getattr(hooks, hook)).parameters) or "none"
            return (
                f'its {hook} has an argument "{argument}"; the arguments of that hook are: {taken}'
            )
    return f"{kind}: {text}" if text else kind
