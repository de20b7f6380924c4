"""PyTorch for the workbench: FashionMNIST, two models, three optimizers and the backend."""
