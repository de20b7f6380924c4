"""What comes from another machine: put together, copied, and never trusted."""

import os
import resource
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.api.commands import Stop
from workbench.api.errors import UserError, WorkbenchError
from workbench.core.hosts.calls import add_place, answer, done_there, remove_place
from workbench.core.hosts.messages import (
    LARGEST_FILE,
    PROTOCOL,
    BrokenTalkError,
    Held,
    Hollow,
    Incoming,
    Looked,
    Piece,
    Removed,
    Welcome,
    encode,
)
from workbench.core.hosts.mirror import Mirror
from workbench.core.hosts.scout import Scout
from workbench.core.hosts.ssh import Connection, Host, failure
from workbench.core.runs import (
    RunFolder,
    RunLock,
    append_command,
    create_run,
    is_alive,
    list_runs,
    overview,
)
from workbench.core.runs.managing import delete_run, rename_run, restore_run

WELCOME = Welcome(PROTOCOL, "1", "box", "/runs", "/data")


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=40).map(lambda data: (Piece("a/b.json", 0, len(data), 1), data)),
            st.just((Looked(), b"")),
            st.just((Held(("a/lock",)), b"")),
        )
    ),
    st.integers(1, 7),
)
def test_messages_come_whole_however_the_bytes_come(messages, step):
    data = b"Last login: \x1b[31mnoise\n" + encode(WELCOME)
    data += b"".join(encode(message, content) for message, content in messages)
    incoming, found = Incoming(), []
    for start in range(0, len(data), step):
        found += incoming.feed(data[start : start + step])
    assert found == [(WELCOME, b""), *messages]


@pytest.mark.parametrize(
    "line",
    [
        b"no json\n",
        b'{"type":"Unheard"}\n',
        encode(Piece("a", 0, LARGEST_FILE + 1, 0)),
        encode(Piece("a", 0, -1, 0)),
    ],
)
def test_what_is_no_message_ends_the_talk(line):
    with pytest.raises(BrokenTalkError):
        list(Incoming().feed(encode(WELCOME) + line))


def test_endless_noise_ends_the_talk():
    incoming = Incoming()
    with pytest.raises(BrokenTalkError):
        for _ in range(100):
            list(incoming.feed(b"x" * 40_000 + b"\n"))


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../../x", "", "a\0b"])
def test_a_copy_writes_nowhere_else(tmp_path, path):
    mirror = Mirror(tmp_path / "copy" / "runs")
    for message in (Piece(path, 0, 1, 0), Hollow(path, 1, 0), Removed(path), Held((path,))):
        with pytest.raises(BrokenTalkError):
            mirror.take(message, b"x")
    assert [item.name for item in tmp_path.rglob("*") if item.is_file()] == []


def test_a_copy_follows_no_link(tmp_path):
    mirror = Mirror(tmp_path / "runs")
    (tmp_path / "secret").write_text("mine")
    (tmp_path / "runs" / "events.jsonl").symlink_to(tmp_path / "secret")
    with pytest.raises(Exception, match="can't be written"):
        mirror.take(Piece("events.jsonl", 0, 1, 0), b"x")
    assert (tmp_path / "secret").read_text() == "mine"


def ended_run(runs_dir, plan, name=None):
    """A run that was interrupted long ago."""
    run = create_run(runs_dir, plan, name)
    os.utime(run.plan, (1, 1))
    return run


@pytest.fixture
def copied(tmp_path):
    """Copies what changed in ``there``, as over a line; gives the copy's folder."""
    there, mirror = tmp_path / "there", Mirror(tmp_path / "copy")
    scouts: list[Scout] = []

    def copy(*, anew=False):
        if anew or not scouts:
            scouts[:] = [Scout(there, mirror.known())]
        told = list(scouts[0].look())
        for message, content in told:
            mirror.take(message, content)
        return mirror.runs_dir, [message for message, _ in told]

    yield copy
    mirror.close()


def test_a_run_is_copied_without_its_weights(tmp_path, tiny_plan, start, copied):
    run = create_run(tmp_path / "there", tiny_plan())
    start(run)[1].wait()
    here, _ = copied()
    (copy,) = list_runs(here)
    assert copy.events.read_bytes() == run.events.read_bytes()
    assert overview(copy) == overview(run)
    assert copy.plan.stat().st_mtime_ns == run.plan.stat().st_mtime_ns
    log = copy.path / "worker.log"
    assert log.stat().st_size == run.log.stat().st_size and not log.read_bytes().strip(b"\0")
    _, told = copied()
    assert told == [Looked()]
    _, told = copied(anew=True)  # as after a break: only what is new is told again
    assert told == [Held(()), Looked()]


def test_a_live_run_is_live_in_the_copy_too(tmp_path, tiny_plan, copied):
    run = create_run(tmp_path / "there", tiny_plan())
    with RunLock(run):
        here, told = copied()
        assert is_alive(RunFolder(here / run.name))
        # Before its plan, so that no one sees it interrupted meanwhile.
        assert isinstance(told[0], Held)
    copied()
    assert not is_alive(RunFolder(here / run.name))


def test_half_a_line_of_events_stays_there(tmp_path, tiny_plan, copied):
    run = create_run(tmp_path / "there", tiny_plan())
    run.events.write_bytes(b"one\ntw")
    here, _ = copied()
    copy = RunFolder(here / run.name)
    assert copy.events.read_bytes() == b"one\n"
    with run.events.open("ab") as file:
        file.write(b"o\n")
    copied()
    assert copy.events.read_bytes() == b"one\ntwo\n"


def test_a_checkpoint_is_there_before_the_event_that_tells_of_it(tmp_path, tiny_plan, copied):
    run = ended_run(tmp_path / "there", tiny_plan())
    run.events.write_bytes(b"{}\n")
    copied()
    folder = run.checkpoints / "step-1"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    with run.events.open("ab") as file:
        file.write(b'{"type":"CheckpointSaved","name":"step-1"}\n')
    _, told = copied()
    paths = [message.path.rpartition("/")[2] for message in told if isinstance(message, Piece)]
    assert paths == ["manifest.json", "events.jsonl"]


def test_another_run_of_the_same_name_replaces_the_copy(tmp_path, tiny_plan, copied):
    run = ended_run(tmp_path / "there", tiny_plan(), "same")
    run.events.write_bytes(b"old one\n" * 5)
    here, _ = copied()
    delete_run(run)
    run = create_run(tmp_path / "there", tiny_plan(), "same")
    run.events.write_bytes(b"new one\n" * 6)
    copied(anew=True)
    assert (here / "same" / "events.jsonl").read_bytes() == b"new one\n" * 6


def test_what_is_deleted_there_goes(tmp_path, tiny_plan, copied):
    run = ended_run(tmp_path / "there", tiny_plan())
    run.lock.touch()
    here, _ = copied()
    delete_run(run)
    copied()
    assert list_runs(here) == []
    assert not (here / run.name).exists()


class LoopbackPlace:
    """Calls the functions in this process, as the other side would."""

    name = "box"

    def __init__(self, here: Path, there: Path) -> None:
        self.folders = ((str(here), str(there)),)
        self.called: list[str] = []

    def call(self, function, arguments):
        import msgspec

        self.called.append(function)
        raw = {key: msgspec.Raw(msgspec.json.encode(item)) for key, item in arguments.items()}
        return answer(function, raw)

    def command(self, *arguments):
        raise NotImplementedError


@pytest.fixture
def place(tmp_path):
    made = LoopbackPlace(tmp_path / "copy", tmp_path / "there runs")
    add_place(made)
    yield made
    remove_place(made)


def test_a_deed_is_done_where_the_run_is(tmp_path, tiny_plan, place):
    run = ended_run(tmp_path / "there runs", tiny_plan(), "a-run")
    copy = RunFolder(tmp_path / "copy" / "a-run")
    assert rename_run(copy, "b-run") == RunFolder(tmp_path / "copy" / "b-run")
    renamed = RunFolder(run.path.with_name("b-run"))
    assert renamed.plan.is_file()
    append_command(RunFolder(copy.path.with_name("b-run")), Stop(at_epoch_end=True))
    assert b'"at_epoch_end":true' in renamed.commands.read_bytes()
    delete_run(RunFolder(tmp_path / "copy" / "b-run"))
    assert restore_run(tmp_path / "copy").name == "b-run"
    assert len(place.called) == 4
    with pytest.raises(UserError, match='"x"'):
        restore_run(tmp_path / "copy", "x")


def test_a_deed_about_this_machine_stays_here(tmp_path, tiny_plan, place):
    run = ended_run(tmp_path / "runs", tiny_plan(), "a-run")
    delete_run(run)
    assert not run.path.exists()
    assert place.called == []


def test_nothing_is_made_in_a_copy(tmp_path, tiny_plan, place):
    with pytest.raises(AssertionError):
        create_run(tmp_path / "copy", tiny_plan())


@pytest.mark.parametrize(
    "name", ["os:system", "workbench.core.files:write_atomic", "workbench.core.nothing:x", ""]
)
def test_only_what_is_meant_for_it_can_be_called(name):
    with pytest.raises(UserError):
        answer(name, {})


def test_a_done_there_function_is_itself():
    @done_there
    def twice(value: int) -> int:
        """Twice."""
        return 2 * value

    assert twice(4) == 8 and twice.__doc__ == "Twice."


@pytest.mark.parametrize("name", ["-oProxyCommand=x", "", "a b", "a\nb", "a\x1b[31m"])
def test_what_is_no_host_never_reaches_ssh(name):
    with pytest.raises(UserError, match="is no host"):
        Host(name)


def test_the_shell_there_gets_each_word_as_it_is(tmp_path):
    import subprocess

    host = Host("box", "printf '<%s>'")
    line = host.remote_line(("note", "a b", "it's $HOME", ""))
    environment = {**os.environ, "SHELL": "/bin/sh"}
    said = subprocess.run(["sh", "-c", line], env=environment, capture_output=True, text=True)
    assert said.stdout == "<note><a b><it's $HOME><>"


def socket_of(connection):
    words = connection.command("serve")
    assert words[words.index("--") + 1] == "box"
    (option,) = [word for word in words if word.startswith("ControlPath=")]
    return Path(option.partition("=")[2])


def test_the_sockets_of_all_connections_are_in_one_private_folder(monkeypatch):
    parent = Path(tempfile.mkdtemp(dir="/tmp"))
    monkeypatch.setattr(tempfile, "tempdir", str(parent))
    one, two = Connection(Host("box")), Connection(Host("box"))
    first, second = map(socket_of, (one, two))
    assert first != second and [*parent.iterdir()] == [first.parent] == [second.parent]
    assert first.parent.stat().st_mode & 0o777 == 0o700
    first.touch()
    one.close()
    two.close()
    # An interface whose terminal is closed can't clean up: nothing else is ever made.
    assert not [*first.parent.iterdir()]
    shutil.rmtree(parent)


def test_a_folder_of_another_person_is_not_used_for_sockets(tmp_path, monkeypatch):
    parent = Path(tempfile.mkdtemp(dir="/tmp"))
    monkeypatch.setattr(tempfile, "tempdir", str(parent))
    (parent / f"workbench-{os.getuid()}").symlink_to(tmp_path)
    connection = Connection(Host("box"))
    folder = socket_of(connection).parent
    assert folder.resolve() != tmp_path and folder.stat().st_mode & 0o777 == 0o700
    connection.close()
    shutil.rmtree(parent)


@pytest.mark.parametrize(
    ("status", "said", "words"),
    [
        (255, "ssh: Could not resolve hostname box", "can't be reached"),
        (127, "sh: workbench: not found", "host_command"),
        (2, "Error: No such command 'serve'.", "older than this one"),
        (1, "\x1b[31mred\x1b[0m", "ended"),
    ],
)
def test_a_failure_is_one_sentence(status, said, words):
    sentence = str(failure(Host("box"), status, said))
    assert words in sentence and sentence.isprintable()


def test_a_full_disk_is_said_and_leaves_no_half_file(tmp_path):
    mirror = Mirror(tmp_path / "copy")
    mirror.take(Piece("run/queued", 0, 3, 1), b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))  # takes a part, then no more
    try:
        with pytest.raises(WorkbenchError, match="can't be written"):
            mirror.take(Piece("run/queued", 0, 1500, 2), b"x" * 1500)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (mirror.runs_dir / "run" / "queued").read_bytes() == b"old"
