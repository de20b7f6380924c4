"""A plan as a standalone program of TensorFlow and Keras."""
