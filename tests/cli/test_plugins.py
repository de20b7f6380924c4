import json
from pathlib import Path

import pytest

BROKEN = "raise RuntimeError('it is\\x1b[31m broken')"


def test_the_list_says_what_each_offers(workbench):
    lines = workbench("plugins").stdout.splitlines()
    assert lines[0].split() == ["PLUGIN", "STATE", "VERSION", "LOAD", "FROM", "OFFERS"]
    (tiny,) = [line for line in lines if line.startswith("tiny-plugin ")]
    assert tiny.endswith("1 dataset, 1 model, 1 optimizer, 1 backend")


def test_it_works_when_every_plugin_is_broken(workbench, refused, monkeypatch):
    Path("broken.py").write_text(BROKEN)
    Path("workbench.toml").write_text(
        'plugins = ["broken.py", "gone.py"]\n'
        'disabled_plugins = ["pytorch", "keras", "keras-applications", "torchvision-models"]\n'
    )
    result = workbench("plugins")
    states = {line.split()[0]: line.split()[1] for line in result.stdout.splitlines()[1:]}
    assert states["broken"] == states["gone"] == "broken"
    assert states["pytorch"] == states["keras"] == "disabled"
    assert "RuntimeError: it is\\x1b[31m broken" in result.stdout
    assert "gone.py is not there; mend the path" in result.stdout
    assert result.stderr == ""
    assert "Traceback (most recent call last):" in workbench("--debug", "plugins").stderr

    shown = workbench("plugins", "show", "broken")
    assert "RuntimeError: it is\\x1b[31m broken" in shown.stdout
    assert "Traceback (most recent call last):" in shown.stderr
    assert "\x1b" not in shown.output
    assert workbench("models").stdout == "No plugin offers a model; see `workbench plugins`.\n"
    assert workbench("doctor", code=1).exit_code == 1
    assert "(Broken plugins: broken, gone; see `workbench plugins`.)" in refused("train")


def test_options_are_shown_with_defaults_and_bounds(workbench):
    lines = workbench("plugins", "show", "tiny-plugin").stdout.splitlines()
    assert lines[0].startswith("tiny-plugin from ")
    assert "optimizer tiny-plugin:plain for tiny" in lines
    (rate,) = [line for line in lines if line.startswith("  optimizer.lr ")]
    assert rate.split() == [
        "optimizer.lr", "a", "number", "0.5", "above", "0", "Learning", "rate.",
    ]  # fmt: skip
    assert workbench("plugins", "show", "linear").stdout.splitlines()[1] == (
        "model tiny-plugin:linear for tiny"
    )


def test_options_as_json(workbench):
    (offer,) = json.loads(workbench("plugins", "show", "plain", "--json").stdout)
    assert (offer["kind"], offer["backend"]) == ("optimizer", "tiny")
    (rate,) = offer["options"]
    assert (rate["name"], rate["type"], rate["default"], rate["gt"]) == ("lr", "float", 0.5, 0)


def test_an_unknown_plugin(refused):
    assert refused("plugins", "show", "tiny-plugn") == (
        'There is no plugin "tiny-plugn". Did you mean "tiny-plugin"?'
    )


def test_a_plugin_from_the_command_line(workbench, refused):
    Path("own.py").write_text("WORKBENCH_API_VERSION = 99")
    (line,) = [
        line
        for line in workbench("--plugin", "own.py", "plugins").stdout.splitlines()
        if line.startswith("own ")
    ]
    assert "written for version 99 of the plugin API" in line


def test_models(workbench):
    lines = workbench("models").stdout.splitlines()
    assert lines[0].split()[:2] == ["MODEL", "BACKEND"]
    assert "linear" in [line.split()[0] for line in lines]


def test_a_model_is_built_and_summarised(workbench, refused):
    lines = workbench("models", "show", "linear", "--set", "model.scale=0").stdout.splitlines()
    assert lines[0] == "LinearModel(64, 4)"
    assert [line.split() for line in lines if line.startswith("linear ")] == [
        ["linear", "Linear", "4", "256", "256"]
    ]
    assert "256 parameters, of which 256 are trainable." in lines
    (weight,) = [line.split() for line in lines if line.startswith("weight ")]
    assert weight == ["weight", "4x64", "float64", "+0", "+0", "+0", "+0"]
    found = json.loads(workbench("models", "show", "linear", "--json").stdout)
    assert (found["parameters"], found["layers"][0]["kind"]) == (256, "Linear")
    assert "Did you mean" in refused("models", "show", "liner")


@pytest.mark.pytorch
def test_a_model_of_pytorch_prints_as_pytorch_prints_it(workbench):
    pytest.importorskip("torch")
    shown = workbench("models", "show", "mlp", "--dataset", "fashion-mnist", "--backend", "pytorch")
    assert "(0): Linear(in_features=784, out_features=512, bias=True)" in shown.stdout
    assert "669,706 parameters, of which 669,706 are trainable." in shown.stdout


def test_a_follower_is_shown_with_what_turns_it_on(workbench):
    lines = workbench("plugins", "show", "webhook").stdout.splitlines()
    assert "  Follows a run with: workbench train --set followers.webhook.on=true" in lines
    assert any(line.startswith("  followers.webhook.timeout_s ") for line in lines)
    (row,) = [
        line for line in workbench("plugins").stdout.splitlines() if line.startswith("followers ")
    ]
    assert row.endswith("5 followers")


def test_what_is_deprecated_is_said_with_what_to_use_instead(workbench, monkeypatch):
    from workbench import api

    monkeypatch.setitem(api.DEPRECATED, "OldSpec", "ModelSpec")
    Path("old.py").write_text("from workbench.api import OldSpec\n")
    sentence = "workbench.api.OldSpec is deprecated; use workbench.api.ModelSpec."
    result = workbench("--plugin", "old.py", "plugins")
    assert f"old: {sentence}" in result.stderr and result.stdout.count("broken") == 0
    shown = workbench("--plugin", "old.py", "plugins", "show", "old").stdout
    assert f"Deprecated: {sentence}" in shown
