"""A dataset of files that its own plugin reads."""

import hashlib
from dataclasses import replace

import pytest

from workbench.api import ArraySplit, DatasetSpec, FileSource, KeptFile, UserError
from workbench.core.data import fetch, import_folder, load_splits, status

CONTENT = b"0123456789"
MD5 = hashlib.md5(CONTENT).hexdigest()
SOURCE = FileSource(
    folder="Kept",
    files=(KeptFile(path="Kept/raw/numbers", md5=MD5), KeptFile(path="Kept/raw/names")),
)


def load(options, folder):
    import numpy as np

    values = np.fromfile(f"{folder}/Kept/raw/numbers", np.uint8)
    split = ArraySplit(values[:, None].astype(np.float32), np.arange(len(values)) % 2)
    return {"train": split, "test": split}


SPEC = DatasetSpec(
    name="kept",
    title="Kept",
    description="Digits.",
    kind="vector",
    shape=(1,),
    dtype="float32",
    classes=("even", "odd"),
    sizes={"train": 10, "test": 10},
    source=SOURCE,
    load=load,
)


def write(folder, content=CONTENT):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "numbers").write_bytes(content)
    (folder / "names").write_bytes(b"even odd")


@pytest.fixture
def offered(tmp_path, downloads, monkeypatch):
    """The dataset whose download leaves the files of the folder FAKE_FILES."""
    monkeypatch.setenv("FAKE_FILES", str(tmp_path / "served"))
    return replace(SPEC, source=replace(SOURCE, download=downloads.copy))


def test_a_run_gets_what_is_missing_and_a_fetch_what_is_wrong(
    offered, tmp_path, data_dir, downloads
):
    write(tmp_path / "served" / "Kept" / "raw")
    assert status(offered, data_dir).state == "missing"
    loaded = load_splits(offered, None, data_dir)
    assert (loaded.source, loaded.sizes) == ("official download", {"train": 10, "test": 10})
    assert status(offered, data_dir).state == "full"
    assert load_splits(offered, None, data_dir).source == "data folder"
    assert fetch(offered, data_dir).source == "data folder"
    assert downloads.calls() == 1
    write(data_dir / "Kept" / "raw", b"damaged")
    assert fetch(offered, data_dir).source == "official download"
    assert (data_dir / "Kept" / "raw" / "numbers").read_bytes() == CONTENT


def test_a_wrong_or_incomplete_download_changes_nothing(offered, tmp_path, data_dir):
    write(tmp_path / "served" / "Kept" / "raw", b"damaged")
    with pytest.raises(UserError, match=r"numbers is not the right file \(its MD5 begins with"):
        fetch(offered, data_dir)
    (tmp_path / "served" / "Kept" / "raw" / "numbers").unlink()
    with pytest.raises(UserError, match="it has no Kept/raw/numbers"):
        fetch(offered, data_dir)
    with pytest.raises(UserError, match=r"kept is not in .* and could not be obtained"):
        load_splits(offered, None, data_dir)
    assert status(offered, data_dir).state == "missing"


@pytest.mark.parametrize("place", ["Kept/raw", "raw", "."])
def test_importing_from_a_folder(place, tmp_path, data_dir):
    write(tmp_path / "mine" / place)
    import_folder(SPEC, tmp_path / "mine", data_dir)
    assert load_splits(SPEC, None, data_dir).source == "data folder"


def test_importing_what_is_wrong_or_not_there(tmp_path, data_dir):
    with pytest.raises(UserError, match=r"There is no .*numbers; kept needs all its files"):
        import_folder(SPEC, tmp_path, data_dir)
    write(tmp_path, b"damaged")
    with pytest.raises(UserError, match=r"numbers of .* is not the right file"):
        import_folder(SPEC, tmp_path, data_dir)
    assert status(SPEC, data_dir).state == "missing"
