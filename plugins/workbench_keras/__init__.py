"""Keras for the workbench: MNIST, two models, three optimizers and the backend."""
