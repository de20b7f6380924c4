"""Writing a new plugin from templates."""

from workbench.core.scaffold.writing import KINDS, WrittenPlugin, write_plugin

__all__ = ["KINDS", "WrittenPlugin", "write_plugin"]
