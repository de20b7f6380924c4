import os
from pathlib import Path

import pytest

from workbench.api import UserError
from workbench.core.files import make_folder, read_toml, write_atomic


def test_a_file_is_replaced_whole(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "file"
    write_atomic(path, b"one")
    write_atomic(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(folder.iterdir()) == [path]


def test_a_pipe_is_written_into_and_a_link_stays(tmp_path):
    pipe, link, file = (tmp_path / name for name in ("pipe", "link", "file"))
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_atomic(pipe, b"into the pipe")
        assert pipe.is_fifo()
        assert os.read(reader, 100) == b"into the pipe"
    finally:
        os.close(reader)
    link.symlink_to(file)
    for content in (b"one", b"two"):  # first the file is not there yet
        write_atomic(link, content)
        assert link.is_symlink()
        assert file.read_bytes() == content


def test_what_fails_leaves_the_old_file_and_nothing_beside(tmp_path, monkeypatch):
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "file"
    write_atomic(path, b"one")

    def fail(self, target):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="Input/output error"):
        write_atomic(path, b"two")
    assert path.read_bytes() == b"one"
    assert list(folder.iterdir()) == [path]


def test_a_folder_is_made_with_its_parents(tmp_path):
    make_folder(tmp_path / "a" / "b", "runs folder")
    make_folder(tmp_path / "a" / "b", "runs folder")
    assert (tmp_path / "a" / "b").is_dir()


def test_a_folder_that_can_not_be_made_or_written(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match=r"The data folder .*/file can't be made \(File exists\)"):
        make_folder(tmp_path / "file", "data folder")
    # Root may write everywhere, so the system's answer is given here.
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(UserError, match="can't be written to; choose another place"):
        make_folder(tmp_path / "folder", "data folder")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a = 1\na = 2\n", "is not valid TOML: Cannot overwrite a value (at line 2, column 6)"),
        (b"[table\n", "is not valid TOML: "),
        (b'a = "\xff"', "is not a text file in UTF-8; give a TOML file."),
    ],
)
def test_toml_that_is_wrong_names_its_place(tmp_path, content, sentence):
    path = tmp_path / "x.toml"
    path.write_bytes(content)
    with pytest.raises(UserError) as refusal:
        read_toml(path)
    assert str(refusal.value).startswith(f"{path} ")
    assert sentence in str(refusal.value)


def test_toml_that_is_not_there(tmp_path):
    with pytest.raises(UserError, match=r"can't be read \(No such file or directory\)"):
        read_toml(tmp_path / "gone.toml")
    with pytest.raises(UserError, match=r"can't be read \(Is a directory\)"):
        read_toml(tmp_path)


def test_a_file_that_a_person_keeps_to_themselves_stays_so(tmp_path):
    path = tmp_path / "file"
    path.write_text("password = 'x'")
    path.chmod(0o600)
    write_atomic(path, b"two")
    assert path.stat().st_mode & 0o777 == 0o600
