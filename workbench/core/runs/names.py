"""Names for runs that a person can say and remember."""

import random

_ADJECTIVES = (
    "amber bold brave bright brisk calm candid clear clever coral crisp eager early fair fleet "
    "fond gentle glad golden grand happy humble keen kind light lively lucid lucky mellow merry "
    "mild neat nimble noble patient placid plain proud quick quiet rapid ready robust serene "
    "sharp silver sleek smart smooth snug solid sound spry steady still sunny swift tidy trim "
    "true vivid warm wise witty young"
).split()
_NOUNS = (
    "acorn alder aspen badger beaver birch bison brook canyon cedar comet crane curlew delta "
    "dune eagle elm ember falcon fern finch fjord fox garnet glade grove harbor hawk hazel heron "
    "ibis iris jay juniper kestrel lagoon larch lark linden lynx maple marten meadow merlin moss "
    "oak otter owl pebble pine plover quartz raven reef ridge river robin rowan sable sparrow "
    "spruce stork swan tern thistle tide willow wren"
).split()


def new_name(taken: frozenset[str]) -> str:
    """A name such as ``quiet-otter-12`` that is not taken."""
    while True:
        pair = f"{random.choice(_ADJECTIVES)}-{random.choice(_NOUNS)}"
        name = f"{pair}-{random.randint(1, 99)}"
        if name not in taken:
            return name
