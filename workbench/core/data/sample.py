"""The embedded sample: the first items of each split, shipped inside a package."""

import importlib.resources

from workbench.api.errors import WorkbenchError
from workbench.api.specs import DatasetSpec, IdxSource
from workbench.core.data import idx
from workbench.core.data.reading import Contents, item_shape

STEP = "embedded sample"
_MAX_BYTES = 1 << 30


def read_sample(spec: DatasetSpec, source: IdxSource) -> Contents | None:
    """The sample's files, unpacked and checked; ``None`` where the dataset has none.

    Raises :class:`WorkbenchError` if the package's files are wrong.
    """
    if source.sample is None:
        return None
    package, _, folder = source.sample.partition(":")
    contents = {}
    for file in source.files:
        name = f"{file.filename}.gz"
        try:
            packed = (importlib.resources.files(package) / folder / name).read_bytes()
            contents[file.filename] = idx.unpack(packed, _MAX_BYTES)
            idx.check(contents[file.filename], item_shape(spec, file))
        except (OSError, ImportError) as error:
            raise WorkbenchError(
                f"The sample of {spec.name} is missing from its package ({error}); "
                "install the package again."
            ) from None
        except idx.IdxError as error:
            raise WorkbenchError(
                f"The sample of {spec.name} is damaged ({name} {error}); install its package again."
            ) from None
    return contents
