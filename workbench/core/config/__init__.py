"""The configuration: ``workbench.toml``, and the folders that may name code."""

from workbench.core.config.loading import Config, load_config
from workbench.core.config.trust import (
    folder_is_trusted,
    read_run_document,
    remember_plugins,
    require_trust,
    revoke_trust,
    trust_folder,
    trusted_folders,
)

__all__ = [
    "Config",
    "folder_is_trusted",
    "load_config",
    "read_run_document",
    "remember_plugins",
    "require_trust",
    "revoke_trust",
    "trust_folder",
    "trusted_folders",
]
