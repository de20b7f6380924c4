"""Plugins beside the backends, each a file of its own that an author can copy."""
