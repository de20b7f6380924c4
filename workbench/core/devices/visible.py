"""Which of a machine's GPUs the frameworks see, and as which device."""

import os
from collections.abc import Sequence
from itertools import takewhile


def visible_words() -> list[str] | None:
    """The GPUs as ``CUDA_VISIBLE_DEVICES`` names them; ``None`` where it says nothing.

    CUDA heeds those before the first that is none, such as -1.
    """
    given = os.environ.get("CUDA_VISIBLE_DEVICES")
    if given is None:
        return None
    words = (word.strip() for word in given.split(","))
    return list(takewhile(lambda word: word and not word.startswith("-"), words))


def plan_devices(uuids: Sequence[str]) -> tuple[str, ...]:
    """What a plan calls each of the driver's GPUs, given their UUIDs; empty for a hidden one.

    They are numbered in the order of ``CUDA_VISIBLE_DEVICES``, by numbers or by the beginning
    of UUIDs. A part of a GPU (MIG) has a UUID of its own, and so the GPU itself is hidden.
    """
    words = visible_words()
    if words is None:
        return tuple(f"cuda:{index}" for index in range(len(uuids)))
    names = [""] * len(uuids)
    for position, word in enumerate(words):
        index = int(word) if word.isdecimal() else _with_uuid(uuids, word)
        if not 0 <= index < len(uuids):
            break
        names[index] = f"cuda:{position}"
    return tuple(names)


def _with_uuid(uuids: Sequence[str], beginning: str) -> int:
    return next((index for index, uuid in enumerate(uuids) if uuid.startswith(beginning)), -1)
