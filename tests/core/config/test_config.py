from pathlib import Path

import platformdirs
import pytest

from workbench.api import UserError
from workbench.core.config import load_config, trust_folder
from workbench.core.config.loading import find_config


def test_without_a_file_the_defaults_are_in_force():
    config = load_config()
    assert config.path is None
    assert config.runs_dir == Path(platformdirs.user_data_path("workbench")) / "runs"
    assert config.data_dir == Path(platformdirs.user_data_path("workbench")) / "data"
    assert set(config.presets) >= {"quickstart-pytorch", "quickstart-keras"}
    assert config.settings.default_preset in config.presets
    assert config.plugin_paths == ()


def test_the_defaults_are_the_file_at_the_top():
    top = Path(__file__).parents[3]
    assert (top / "workbench.toml").read_text() == (top / "workbench" / "default.toml").read_text()


def test_the_file_is_found_in_a_parent_and_its_paths_start_there(tmp_path, monkeypatch):
    below = tmp_path / "project" / "a" / "b"
    below.mkdir(parents=True)
    (tmp_path / "project" / "workbench.toml").write_text(
        'runs_dir = "runs"\ndata_dir = "/data"\nplugins = ["own.py"]\ntheme = "plain"\n'
        "[presets.mine]\nepochs = 1\n[keys]\ntrain = 'f5'\n"
    )
    monkeypatch.chdir(below)
    trust_folder(tmp_path / "project")
    config = load_config()
    assert config.path == tmp_path / "project" / "workbench.toml"
    assert config.runs_dir == tmp_path / "project" / "runs"
    assert config.data_dir == Path("/data")
    assert config.plugin_paths == (tmp_path / "project" / "own.py",)
    assert config.preset("mine") == {"epochs": 1}
    assert "quickstart-keras" in config.presets
    assert config.keys == {"train": "f5"}
    assert config.settings.theme == "plain"


def test_arguments_go_before_the_file(tmp_path):
    Path("workbench.toml").write_text('runs_dir = "runs"\nplugins = ["a.py"]')
    trust_folder(Path.cwd())
    config = load_config(runs_dir=Path("elsewhere"), plugin_paths=(Path("b.py"),))
    assert config.runs_dir == Path("elsewhere").absolute()
    assert config.plugin_paths == (Path("a.py").absolute(), Path("b.py").absolute())


def test_the_users_own_file_is_the_last_to_be_looked_at(tmp_path):
    folder = Path(platformdirs.user_config_path("workbench"))
    folder.mkdir(parents=True)
    (folder / "workbench.toml").write_text("")
    assert find_config(Path.cwd()) == folder / "workbench.toml"
    Path("workbench.toml").write_text("")
    assert find_config(Path.cwd()) == Path("workbench.toml").absolute()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("theme = 5", "workbench.toml: theme must be text, but is 5."),
        ('thema = "x"', 'Did you mean "theme"?'),
        ("presets = 5", "workbench.toml: presets must be a table of tables;"),
        ("presets.a = 5", "workbench.toml: presets must be a table of tables;"),
        ("keys.a = 5", "workbench.toml: keys must be a table of texts;"),
        ("theme = ", "workbench.toml is not valid TOML: Invalid value (at end of document)"),
        ("a = 1\nb", "(at end of document); correct that line."),
        ("a = 1\nb\n", "(at line 2, column 2); correct that line."),
    ],
)
def test_a_wrong_file_is_named(text, sentence):
    Path("workbench.toml").write_text(text)
    with pytest.raises(UserError) as refusal:
        load_config()
    assert str(Path("workbench.toml").absolute()) in str(refusal.value)
    assert sentence in str(refusal.value)


def test_an_unknown_preset():
    with pytest.raises(UserError, match='Did you mean "quickstart-keras"'):
        load_config().preset("quikstart-keras")


def test_a_working_directory_that_is_gone(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(UserError, match="The working directory is gone"):
        load_config()
    monkeypatch.chdir(tmp_path)


def test_loading_makes_no_folder(tmp_path):
    config = load_config()
    assert not config.runs_dir.exists() and not config.data_dir.exists()
