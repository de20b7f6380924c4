"""The optimizers: Keras's own, with the options that were picked."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from workbench_keras.framework import keras
from workbench_keras.optimizer_specs import (
    AdamOptions,
    AdamWOptions,
    RmspropOptions,
    SgdOptions,
)


def build_adam(parameters: Any, options: AdamOptions) -> keras.Optimizer:
    """Keras's Adam."""
    return _build(keras.optimizers.Adam, parameters, options)


def build_adamw(parameters: Any, options: AdamWOptions) -> keras.Optimizer:
    """Keras's AdamW."""
    return _build(keras.optimizers.AdamW, parameters, options)


def build_sgd(parameters: Any, options: SgdOptions) -> keras.Optimizer:
    """Keras's SGD."""
    return _build(keras.optimizers.SGD, parameters, options)


def build_rmsprop(parameters: Any, options: RmspropOptions) -> keras.Optimizer:
    """Keras's RMSprop."""
    return _build(keras.optimizers.RMSprop, parameters, options)


def _build(make: Callable[..., keras.Optimizer], parameters: Any, options: Any) -> keras.Optimizer:
    arguments = asdict(options)
    optimizer = make(learning_rate=arguments.pop("lr"), **arguments)
    optimizer.build(parameters)
    return optimizer
