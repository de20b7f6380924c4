"""Make the embedded samples: ``python tools/make_samples.py DATA_DIR``.

Takes the first items of the full, verified datasets in DATA_DIR.
"""

import gzip
import math
import sys
from pathlib import Path

from workbench.api import DatasetSpec
from workbench.core.data import idx
from workbench.core.data.folder import require_source
from workbench.core.data.reading import find_files, item_shape, read_files
from workbench_keras.datasets import MNIST
from workbench_pytorch.datasets import FASHION_MNIST

PLUGINS = Path(__file__).parents[1] / "plugins"
SIZES = {"train": 6000, "test": 1000}


def make_sample(spec: DatasetSpec, data_dir: Path) -> None:
    """Write one dataset's sample into its package."""
    source = require_source(spec)
    contents = read_files(spec, source, find_files(source, data_dir))
    folder = PLUGINS / str(source.sample).replace(":", "/")
    folder.mkdir(parents=True, exist_ok=True)
    for file in source.files:
        shape, count = item_shape(spec, file), SIZES[file.split]
        start = idx.header_size(shape)
        items = contents[file.filename][start : start + count * math.prod(shape)]
        # Without a time in it, the file is the same each time.
        packed = gzip.compress(idx.header(count, shape) + items, compresslevel=9, mtime=0)
        (folder / f"{file.filename}.gz").write_bytes(packed)


if __name__ == "__main__":
    for dataset in (FASHION_MNIST, MNIST):
        make_sample(dataset, Path(sys.argv[1]))
