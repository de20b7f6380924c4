"""What all tests share: folders of their own, no network, and the tiny backend."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no failure, and no test leaves files.
settings.register_profile(
    "workbench", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("workbench")

# Tests run beside each other, so a framework that takes all cores is slower, not faster. What
# a test says itself counts more.
for _name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
    os.environ.setdefault(_name, "1")

# A person's Python keeps what it prints to a file until there is a block of it.
os.environ.pop("PYTHONUNBUFFERED", None)

# A script that starts the tests in the background has SIGINT ignored, and so has all they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

TINY_PLUGIN = Path(__file__).parent / "fakes" / "tiny_plugin.py"


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test reads or writes a person's folders, or reaches for the network."""
    home = tmp_path / "home"
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))
    monkeypatch.setenv("WORKBENCH_OFFLINE", "1")
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    yield


@pytest.fixture
def registry():
    """The installed plugins and the tiny one."""
    from workbench.core.plugins import load_plugins

    return load_plugins([TINY_PLUGIN])


@pytest.fixture
def tiny_plan(registry):
    """Makes a checked plan for the tiny backend, with changes over it."""
    return _plans_of(registry)


def _plans_of(registry):
    from workbench.core.plan import check_plan, compose

    base = {
        "dataset": {"name": "tiny"},
        "backend": {"name": "tiny"},
        "epochs": 2,
        "log_every": 10,
        "plugins": [str(TINY_PLUGIN)],
    }

    def make(**changes):
        document = compose(compose({}, base, registry), changes, registry)
        return check_plan(document, registry)

    return make


@pytest.fixture
def start(tmp_path: Path, tiny_plan):
    """Starts a real worker on a tiny plan; kills what is left of it at the end."""
    from workbench.core.runs import create_run, launch_worker

    workers = []

    def launch(run=None, **changes):
        run = run or create_run(tmp_path / "runs", tiny_plan(**changes))
        workers.append(launch_worker(run, tmp_path / "data"))
        return run, workers[-1]

    yield launch
    for worker in workers:
        worker.kill()
        worker.wait()


@pytest.fixture
def paused(start, wait_for, tmp_path: Path, tiny_plan):
    """Starts a worker that pauses after so many batches: it waits, however slow a test is."""
    from workbench.api.commands import Pause
    from workbench.core.runs import append_command, create_run, overview

    def launch(batches, **changes):
        run = create_run(tmp_path / "runs", tiny_plan(**changes))
        append_command(run, Pause(batches=batches))
        worker = start(run)[1]
        wait_for(lambda: overview(run).state == "paused")
        return run, worker

    return launch


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory):
    """The run of a tiny plan that nothing interrupted, to compare with; each is trained once."""
    from workbench.core.plugins import load_plugins
    from workbench.core.runs import create_run, launch_worker

    folder, runs = tmp_path_factory.mktemp("whole"), {}
    tiny_plan = _plans_of(load_plugins([TINY_PLUGIN]))

    def train(**changes):
        key = repr(changes)
        if key not in runs:
            runs[key] = create_run(folder / "runs", tiny_plan(**changes))
            assert launch_worker(runs[key], folder / "data").wait(60) == 0
        return runs[key]

    return train


@pytest.fixture
def wait_for():
    """Waits until a condition holds, and returns its value; fails after a deadline."""

    def wait(condition, seconds=60.0):
        deadline = time.monotonic() + seconds
        while not (value := condition()):
            assert time.monotonic() < deadline, "the condition never held"
            time.sleep(0.005)
        return value

    return wait


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A machine ``box`` for ssh, which is this one; its workbench trains the tiny plan."""
    import sshd

    made = sshd.make_box(tmp_path / "box", tmp_path / "its home")
    sshd.use_box(made, monkeypatch)
    yield made
    made.end()
