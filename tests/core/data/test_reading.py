"""Reading files of a dataset into memory."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from workbench.core.data.reading import read_whole


def test_a_file_is_read_into_memory_that_can_be_written_to(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"content")
    assert read_whole(path) == bytearray(b"content")


def test_a_file_that_is_cut_short_while_it_is_read_is_no_content(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_bytes(b"content")
    monkeypatch.setattr(Path, "stat", lambda self: SimpleNamespace(st_size=9))
    with pytest.raises(OSError):
        read_whole(path)
