"""MNIST by Keras's own download; runs in a process of its own."""

import os
import shutil
from pathlib import Path


def download_mnist(folder: str) -> None:
    """Leave Keras's ``mnist.npz`` in a folder. Raises whatever Keras raises.

    A file that Keras has downloaded before is used again.
    """
    usual = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras"), "datasets", "mnist.npz")
    staged = Path(folder, "datasets", "mnist.npz")
    staged.parent.mkdir(parents=True, exist_ok=True)
    if usual.is_file():
        shutil.copyfile(usual, staged)
    # Keras reads this when it is imported, so it comes first.
    os.environ["KERAS_HOME"] = folder
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras

    keras.datasets.mnist.load_data()
    staged.replace(Path(folder, "mnist.npz"))
