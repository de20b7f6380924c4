import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import platformdirs
import pytest

from workbench.api import UserError
from workbench.core.config import (
    folder_is_trusted,
    load_config,
    remember_plugins,
    require_trust,
    revoke_trust,
    trust_folder,
    trusted_folders,
)


def test_exactly_the_folder_is_trusted(tmp_path):
    inner = tmp_path / "project" / "inner"
    inner.mkdir(parents=True)
    assert trust_folder(inner.parent)
    assert not trust_folder(inner.parent)
    assert folder_is_trusted(inner / "..")
    assert not folder_is_trusted(inner) and not folder_is_trusted(tmp_path)
    (tmp_path / "link").symlink_to(inner.parent)
    assert folder_is_trusted(tmp_path / "link")
    assert trusted_folders() == (inner.parent,)


def test_a_revoked_folder_takes_its_plugins_along(tmp_path):
    trust_folder(tmp_path)
    remember_plugins([f"{tmp_path}/a.py", "/elsewhere/b.py"])
    plan = tmp_path / "runs" / "one" / "run.toml"
    require_trust(plan, [f"{tmp_path}/a.py", "/elsewhere/b.py"])
    assert revoke_trust(tmp_path) and not revoke_trust(tmp_path)
    require_trust(plan, ["/elsewhere/b.py"])
    require_trust(plan, [f"{tmp_path}/a.py"], given=[tmp_path / "a.py"])
    with pytest.raises(UserError, match=r"names a plugin, .*a\.py, and nobody has trusted"):
        require_trust(plan, [f"{tmp_path}/a.py"])


def test_several_at_once_lose_nothing(tmp_path):
    names = [f"/plugins/{number}.py" for number in range(20)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: remember_plugins([name]), names))
    require_trust(tmp_path / "run.toml", names)


def test_nothing_is_written_for_what_is_known(tmp_path):
    remember_plugins(["/a.py"])
    path = Path(platformdirs.user_config_path("workbench")) / "trusted.toml"
    os.utime(path, (1, 1))
    remember_plugins(["/a.py"])
    assert path.stat().st_mtime == 1


def test_a_wrong_file_is_named(tmp_path):
    path = Path(platformdirs.user_config_path("workbench")) / "trusted.toml"
    path.parent.mkdir(parents=True)
    path.write_text("folders = 5")
    with pytest.raises(UserError, match=r"trusted\.toml: folders and plugins must be lists"):
        trusted_folders()


def test_the_persons_own_file_needs_no_trust(tmp_path):
    own = Path(platformdirs.user_config_path("workbench"))
    own.mkdir(parents=True)
    (own / "workbench.toml").write_text('plugins = ["mine.py"]')
    assert load_config().plugin_paths == (own / "mine.py",)


def test_a_plugin_of_the_command_line_is_not_untrusted_too():
    Path("workbench.toml").write_text('plugins = ["a.py", "b.py"]')
    config = load_config(plugin_paths=(Path("a.py"),))
    assert config.plugin_paths == (Path("a.py").absolute(),)
    assert config.untrusted_plugins == (Path("b.py").absolute(),)


FOLLOWED = """
[followers.webhook]
url = "https://example.org"

[presets.mine]
epochs = 1
followers = { csv = { on = true }, webhook = { retries = 0 } }
"""


def test_followers_of_a_folder_need_trust_too():
    Path("workbench.toml").write_text(FOLLOWED)
    config = load_config()
    assert config.untrusted_followers == ("webhook", "csv")
    assert config.followers == {} and "followers" not in config.preset("mine")
    trust_folder(Path.cwd())
    config = load_config()
    assert config.untrusted_followers == ()
    assert config.followers == {"webhook": {"url": "https://example.org"}}


def test_a_plan_gets_the_configured_followers_beneath_its_own():
    Path("workbench.toml").write_text(FOLLOWED)
    trust_folder(Path.cwd())
    config = load_config()
    assert config.preset("mine")["followers"] == {
        "webhook": {"url": "https://example.org", "retries": 0},
        "csv": {"on": True},
    }
    assert config.preset("quickstart-keras")["followers"] == dict(config.followers)
    off = {"followers": {"webhook": {"on": False}}}
    assert config.followed(off)["followers"]["webhook"] == {
        "url": "https://example.org",
        "on": False,
    }
