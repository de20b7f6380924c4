"""Looking into the tensors of a model, and saying in plain words what they are."""

from workbench.core.tensors.looking import look_into
from workbench.core.tensors.words import KIND_WORDS, Fact, facts_of, shape_text

__all__ = ["KIND_WORDS", "Fact", "facts_of", "look_into", "shape_text"]
