"""The order in which datasets are offered."""

from workbench.core.plugins import Registry


def datasets_in_order(registry: Registry, backend: str) -> tuple[int, ...]:
    """Places among the registry's datasets: those that came with the backend first, and last those
    that depend on their options, which a person has to fill in before there is anything to see.
    """
    found = registry.contributions("dataset")
    specs = [registry.dataset(name) for name in registry.names("dataset")]
    homes = {item.plugin for item in registry.contributions("backend") if item.spec.name == backend}
    keys = [
        (spec.describe is not None, item.plugin not in homes)
        for spec, item in zip(specs, found, strict=True)
    ]
    return tuple(sorted(range(len(found)), key=lambda at: keys[at]))
