"""A plan as a standalone program of PyTorch and torchvision."""
