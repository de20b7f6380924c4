"""TensorFlow and Keras, imported only where a worker needs them.

Keras reads its backend from the environment once, so it is set before the first import.
"""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "1")  # no informational lines; warnings stay

import keras
import tensorflow as tf

__all__ = ["keras", "tf"]
