import os
import sys
import threading
from pathlib import Path

import pytest

from workbench.api import UserError
from workbench.core.plugins import load_plugins
from workbench.core.plugins.registry import missing_modules, require_installed

HEAD = """
from dataclasses import dataclass
from workbench.api import *
@dataclass(frozen=True)
class Lr:
    lr: float = option(1.0, help="Rate.")
about = dict(title="T", description="D", build="x:y", backend="tiny")
"""
TINY = Path(__file__).parents[2] / "fakes" / "tiny_plugin.py"
BUILT_IN = ("pytorch", "keras", "keras-applications", "torchvision-models")


@pytest.fixture
def load(tmp_path):
    """Loads plugin files from their sources, beside the tiny plugin alone."""

    def make(*sources):
        paths = []
        for index, source in enumerate(sources):
            paths.append(tmp_path / f"plugin_{index}.py")
            paths[-1].write_text(HEAD + source)
        return load_plugins((TINY, *paths), BUILT_IN)

    return make


def hook(kind, *specs):
    return f"@hookimpl\ndef workbench_{kind}s():\n    return [{', '.join(specs)}]\n"


def record(registry, name="plugin-0"):
    return next(item for item in registry.plugins if item.name == name)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import not_there_at_all", "it imports not_there_at_all, which is not installed"),
        ("x = ", "SyntaxError: invalid syntax"),
        ("raise SystemExit(3)", "it ends the process while it is loaded (SystemExit: 3)"),
        ("raise RuntimeError('two\\nlines')", "RuntimeError: two lines"),
        ("raise RuntimeError", "RuntimeError"),
        ("WORKBENCH_API_VERSION = 2", "it is written for version 2 of the plugin API"),
        ("@hookimpl\ndef workbench_modells(): pass", 'Did you mean "workbench_models"?'),
        (
            "@hookimpl\ndef workbench_models(x): pass",
            'its workbench_models has an argument "x"; the arguments of that hook are: none',
        ),
        ("def workbench_models(): return []", "its workbench_models is not marked; put @hookimpl"),
        (
            hook(
                "dataset",
                "DatasetSpec(name='x', title='', description='', kind='vector', "
                "task='multilabel', load='x:y')",
            ),
            "the dataset \"x\" has the task 'multilabel'; there are: multiclass, b",
        ),
        (
            hook(
                "dataset",
                "DatasetSpec(name='x', title='', description='', kind='sound', load='x:y')",
            ),
            "the dataset \"x\" is of the kind 'sound'; there are: image, vector",
        ),
        (
            hook(
                "backend",
                "BackendSpec(name='x', title='', description='', requires=(), "
                "create_trainer='x:y', install='', default_plan={}, "
                "losses=(LossSpec(name='mse', title='', tasks=('regression')),))",
            ),
            'has text as its tasks; write a tuple: ("regression",)',
        ),
        ("@hookimpl\ndef workbench_models(): return 5", "workbench_models returned int, not specs"),
        ("@hookimpl\ndef workbench_models(): return 'ab'", "workbench_models returned str"),
        ("@hookimpl\ndef workbench_models(): 1 / 0", "ZeroDivisionError: division by zero"),
        (hook("model", "5"), "workbench_models returned int where ModelSpec belongs"),
        (hook("model", "ModelSpec(name='A b', **about)"), "names one 'A b'; a name has a-z"),
        (hook("model", "ModelSpec(name=5, **about)"), "names one 5; a name has a-z"),
        (
            hook("model", "ModelSpec(name='a', **about)", "ModelSpec(name='a', **about)"),
            'it has two models named "a"',
        ),
        (
            hook("model", "ModelSpec(name='a', options=int, **about)"),
            'the options of the model "a" are wrong: ',
        ),
        (
            hook("optimizer", "OptimizerSpec(name='a', options=NoOptions, **about)"),
            'the optimizer "a" has no option "lr"',
        ),
        (
            "@dataclass(frozen=True)\nclass Named:\n    name: str = option('', help='N.')\n"
            + hook("model", "ModelSpec(name='a', options=Named, **about)"),
            'the model "a" has an option "name", which is its own',
        ),
        (
            hook(
                "dataset",
                "DatasetSpec(name='a', title='', description='', kind='image', shape=(1,),"
                " dtype='uint8', classes=('x',), sizes={})",
            ),
            'the dataset "a" must have either a source or a load',
        ),
    ],
)
def test_a_broken_plugin_costs_only_itself(load, source, reason):
    registry = load(source, hook("model", "ModelSpec(name='good', **about)"))
    broken = record(registry)
    assert broken.state == "broken"
    assert reason in broken.error and "\n" not in broken.error
    assert "core/plugins" not in broken.traceback  # its own lines alone
    assert broken.contributions == ()
    assert record(registry, "plugin-1").state == "loaded"
    assert registry.names("model") == ("linear", "good")
    assert [item.name for item in registry.plugins if item.state == "disabled"] == sorted(BUILT_IN)


def test_what_a_plugin_prints_stays_off_the_screen(load, capfd):
    assert record(load("print('noise')\nimport sys\nprint('noise', file=sys.stderr)")).state == (
        "loaded"
    )
    assert capfd.readouterr() == ("", "")
    print("before")
    noise = ("os.write(1, b'raw')", "os.system('echo program')", "sys.__stdout__.write('late')")
    load("\n".join(("import os, sys", *noise)))
    print("after")
    assert capfd.readouterr() == ("before\nafter\n", "")


def test_an_argument_of_a_hook_that_is_misspelt(tmp_path):
    (tmp_path / "bad.py").write_text(HEAD + "@hookimpl\ndef workbench_run_event(run, evnt): pass")
    registry = load_plugins([tmp_path / "bad.py"], installed=())
    assert record(registry, "bad").error == (
        'its workbench_run_event has an argument "evnt"; the arguments of that hook are: run, event'
    )


def test_a_plugin_leaves_the_working_directory(load, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert record(load("import os\nos.chdir('/')")).state == "loaded"
    assert Path.cwd() == tmp_path


def test_a_plugin_reads_no_keys(load):
    keys = sys.stdin
    assert record(load("input('name? ')")).error.startswith("EOFError")
    assert sys.stdin is keys


def test_a_traceback_begins_in_the_plugin_even_of_one_that_hangs(tmp_path):
    path = tmp_path / "bad.py"
    path.write_text("import threading\ndef wait():\n    threading.Event().wait()\nwait()\n")
    told = record(load_plugins([path], installed=(), limit_s=0.3), "bad").traceback.splitlines()
    assert told[1] == f'  File "{path}", line 4, in <module>'
    assert f'  File "{path}", line 3, in wait' in told
    path.write_text("1 / 0\n")
    told = record(load_plugins([path], installed=()), "bad").traceback.splitlines()
    assert told[1] == f'  File "{path}", line 1, in <module>'
    assert told[-1] == "ZeroDivisionError: division by zero"


def test_a_file_that_is_not_there_and_a_name_that_is_taken(tmp_path):
    twin = tmp_path / "tiny_plugin.py"
    twin.write_text("")
    registry = load_plugins((TINY, tmp_path / "gone.py", twin), BUILT_IN)
    assert record(registry, "gone").error.endswith(
        "gone.py is not there; mend the path where it is named."
    )
    tinies = [item for item in registry.plugins if item.name == "tiny-plugin"]
    assert [item.state for item in tinies] == ["loaded", "broken"]
    assert tinies[1].error == (
        f'A plugin from {TINY} is named "tiny-plugin" too; rename one of them.'
    )


def test_a_folder_is_a_package(tmp_path):
    package = tmp_path / "my_package"
    package.mkdir()
    (package / "__init__.py").write_text("from . import inner\nSEEN = inner.VALUE")
    (package / "inner.py").write_text("VALUE = 5")
    registry = load_plugins((package,), BUILT_IN)
    assert record(registry, "my-package").state == "loaded"


def test_the_built_in_plugins_are_light(tmp_path):
    import subprocess

    code = (
        "import sys; from workbench.core.plugins import load_plugins\n"
        "print(*[item.name for item in load_plugins().plugins if item.state == 'loaded'])\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names, modules = done.stdout.splitlines()
    assert names.split() == [
        "followers",
        "image-folder",
        "keras",
        "keras-applications",
        "launchers",
        "pytorch",
        "table",
        "torchvision-models",
        "torchvision-sets",
    ]
    assert {"torch", "torchvision", "tensorflow", "keras", "numpy"}.isdisjoint(modules.split())


def test_a_name_that_two_plugins_offer_must_be_qualified(load):
    model = hook("model", "ModelSpec(name='mine', **about)")
    registry = load(model, model)
    assert registry.names("model") == ("linear", "plugin-0:mine", "plugin-1:mine")
    with pytest.raises(UserError, match="write plugin-0:mine or plugin-1:mine"):
        registry.model("mine", "tiny")
    assert registry.model("plugin-1:mine", "tiny").name == "mine"


def test_an_unknown_name_mentions_broken_plugins(load):
    registry = load("x = ")
    with pytest.raises(UserError) as refusal:
        registry.model("linaer", "tiny")
    assert str(refusal.value) == (
        'There is no model for tiny "linaer". Did you mean "linear"? '
        "(The plugin plugin-0 is broken: SyntaxError: invalid syntax (plugin_0.py, line 8).)"
    )
    with pytest.raises(UserError, match=r"\(Broken plugins: plugin-0, plugin-1; see"):
        load("x = ", "y = ").model("linaer", "tiny")


def test_a_name_of_another_backend(registry):
    assert registry.backends_of("model", "cnn") == ("keras", "pytorch")
    with pytest.raises(UserError, match='The model "cnn" is for the backend keras; the models for'):
        registry.model("cnn", "tiny")


def test_what_is_missing_is_found_without_an_import(load, monkeypatch):
    backend = "BackendSpec(name='b', title='', description='', create_trainer='x:y', losses=(),"
    registry = load(
        hook("backend", backend + "requires=('json.gone', 'not_there.at.all'), install='pip',"
        "default_plan={})")
    )  # fmt: skip
    spec = registry.backend("b")
    assert missing_modules(spec) == ("not_there.at.all",)
    with pytest.raises(UserError, match=r"needs not_there\.at\.all, which is not installed;"):
        require_installed(spec)
    require_installed(registry.backend("tiny"))


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import threading\nthreading.Event().wait()", "It was not loaded after 2 s and was"),
        ("import time\nwhile True:\n    time.sleep(0.01)", "It was not loaded after 2 s"),
        (
            "import time\n@hookimpl\ndef workbench_models():\n    while True: time.sleep(0.01)",
            "It was not loaded after 2 s",
        ),
        ("import os\nos._exit(3)", "SystemExit: 3"),
        ("raise KeyboardInterrupt", "SystemExit: KeyboardInterrupt"),
        ("import sys\nsys.exit()", "SystemExit"),
    ],
)
def test_a_plugin_that_hangs_or_exits_costs_only_itself(tmp_path, source, reason):
    (tmp_path / "bad.py").write_text(HEAD + source)
    exit_now = os._exit
    registry = load_plugins((tmp_path / "bad.py", TINY), installed=(), limit_s=2)
    assert record(registry, "bad").state == "broken"
    assert reason in record(registry, "bad").error
    assert record(registry, "tiny-plugin").state == "loaded"
    assert [item.name for item in registry.plugins] == ["bad", "tiny-plugin"]
    assert registry.manager.get_plugin("bad") is None
    assert os._exit is exit_now


def test_a_plugin_that_was_given_up_is_asked_to_end(tmp_path):
    source = "import time\nfor _ in range(3000):\n    time.sleep(0.01)"
    (tmp_path / "bad.py").write_text(source)
    earlier = set(threading.enumerate())
    load_plugins([tmp_path / "bad.py"], installed=(), limit_s=0.1)
    (left,) = [item for item in set(threading.enumerate()) - earlier if item.name == "plugin"]
    left.join(20)
    assert not left.is_alive()


def test_nothing_of_an_untrusted_plugin_runs(tmp_path):
    (tmp_path / "theirs.py").write_text("raise AssertionError")
    registry = load_plugins(untrusted=[tmp_path / "theirs.py"], installed=())
    (theirs,) = registry.plugins
    assert (theirs.name, theirs.state, theirs.traceback) == ("theirs", "not trusted", "")
    with pytest.raises(UserError, match=r"\(Plugins not trusted: theirs; see `workbench trust`"):
        registry.dataset("some")
