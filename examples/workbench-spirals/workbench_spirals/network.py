"""The network. Only a run's own process imports this module."""

import torch
from torch import nn


class Waves(nn.Module):
    """A batch ``(batch, features)`` to logits, or values, ``(batch, outputs)``."""

    def __init__(self, features, outputs, options):
        super().__init__()
        self.register_buffer("frequencies", torch.pi * 2.0 ** torch.arange(options.waves))
        self.layers = nn.Sequential(
            nn.Linear(features * (1 + 2 * options.waves), options.width),
            nn.ReLU(),
            nn.Linear(options.width, options.width),
            nn.ReLU(),
            nn.Linear(options.width, outputs),
        )

    def forward(self, x):
        """Logits, not probabilities."""
        angles = (x.unsqueeze(-1) * self.frequencies).flatten(1)
        return self.layers(torch.cat([x, angles.sin(), angles.cos()], dim=1))
