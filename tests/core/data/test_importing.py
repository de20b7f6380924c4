import pytest

from workbench.api import UserError
from workbench.core.data import import_folder, load_splits, status


@pytest.mark.parametrize("packed", [True, False])
def test_an_imported_dataset_is_the_data_folders(small, data_dir, tmp_path, packed):
    small.write_files(tmp_path / "mine", packed=packed)
    import_folder(small.SPEC, tmp_path / "mine", data_dir)
    assert status(small.SPEC, data_dir).state == "full"
    loaded = load_splits(small.SPEC, None, data_dir)
    assert loaded.source == f"imported from {tmp_path / 'mine'}"
    assert loaded.sizes == small.COUNTS
    assert not list(data_dir.rglob("*.gz"))


def test_an_npz_is_imported_as_idx_files(small, data_dir, tmp_path):
    small.write_npz(tmp_path / "mine" / "small.npz")
    import_folder(small.SPEC, tmp_path / "mine", data_dir)
    raw = data_dir / "Small" / "raw"
    assert {name: (raw / name).read_bytes() for name in small.CONTENTS} == small.CONTENTS


def test_a_wrong_file_is_not_imported(small, data_dir, tmp_path):
    small.write_files(tmp_path / "mine")
    (tmp_path / "mine" / "t10k-images").write_bytes(b"junk")
    with pytest.raises(UserError, match=r"t10k-images is not an IDX file .*import again"):
        import_folder(small.SPEC, tmp_path / "mine", data_dir)
    assert not data_dir.exists()


def test_a_missing_file_is_named(small, data_dir, tmp_path):
    small.write_files(tmp_path / "mine")
    (tmp_path / "mine" / "t10k-images").unlink()
    with pytest.raises(UserError, match="mine has no t10k-images; small needs all its files"):
        import_folder(small.SPEC, tmp_path / "mine", data_dir)


def test_a_folder_without_the_files_is_told_what_it_needs(small, data_dir, tmp_path):
    (tmp_path / "mine").mkdir()
    with pytest.raises(UserError, match=r"must have train-images, .*, or small.npz"):
        import_folder(small.SPEC, tmp_path / "mine", data_dir)
    with pytest.raises(UserError, match="is not a folder"):
        import_folder(small.SPEC, tmp_path / "none", data_dir)


def test_an_import_replaces_wrong_files(small, data_dir, tmp_path):
    small.write_files(data_dir / "Small" / "raw", contents=small.make_contents(seed=1))
    small.write_files(tmp_path / "mine")
    import_folder(small.SPEC, tmp_path / "mine", data_dir)
    assert load_splits(small.SPEC, None, data_dir).sizes == small.COUNTS


def test_a_data_folder_that_cannot_be_made_is_an_error(small, tmp_path):
    small.write_files(tmp_path / "mine")
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="can't be made"):
        import_folder(small.SPEC, tmp_path / "mine", tmp_path / "file" / "data")
