"""Importing ahead of a run."""


def warm_up() -> None:
    """Import all that a trainer needs; TensorFlow chooses its devices later."""
    import workbench_keras.trainer  # noqa: F401
