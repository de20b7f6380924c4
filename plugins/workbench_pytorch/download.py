"""FashionMNIST by torchvision's own download; runs in a process of its own."""

import torchvision


def download_fashion_mnist(folder: str) -> None:
    """Leave torchvision's layout in a folder. Raises whatever torchvision raises."""
    torchvision.datasets.FashionMNIST(folder, download=True)
