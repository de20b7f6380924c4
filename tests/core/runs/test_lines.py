import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.api import events
from workbench.core.runs import (
    EventReader,
    EventWriter,
    RunFolder,
    events_of,
    read_events,
    stream_events,
)
from workbench.core.runs.events import decode_event
from workbench.core.runs.lines import LineReader


def test_a_reader_gives_each_whole_line_once(tmp_path):
    path = tmp_path / "lines"
    reader = LineReader(path)
    assert reader.read() == []
    with path.open("ab", buffering=0) as file:
        for written, read in (
            (b"a\nb", [b"a"]),
            (b"", []),
            (b"c", []),
            (b"\n\nd\n", [b"bc", b"", b"d"]),
        ):
            file.write(written)
            assert reader.read() == read
    assert LineReader(path, offset=2).read() == [b"bc", b"", b"d"]


def test_a_torn_line_that_its_writer_takes_back_is_never_seen(tmp_path):
    path = tmp_path / "lines"
    reader = LineReader(path)
    path.write_bytes(b"whole\nto")
    assert reader.read() == [b"whole"]
    path.write_bytes(b"whole\n")
    assert reader.read() == []
    path.write_bytes(b"whole\nx\n")
    assert reader.read() == [b"x"]


@given(st.lists(st.binary(max_size=9).filter(lambda line: b"\n" not in line)), st.data())
def test_any_split_of_the_writes_gives_the_same_lines(tmp_path_factory, lines, data):
    path = tmp_path_factory.mktemp("lines") / "lines"
    content = b"".join(line + b"\n" for line in lines)
    cuts = data.draw(st.lists(st.integers(0, len(content))).map(sorted))
    reader, found = LineReader(path), []
    with path.open("ab", buffering=0) as file:
        for begin, end in zip([0, *cuts], [*cuts, len(content)], strict=True):
            file.write(content[begin:end])
            found += reader.read()
    assert found == lines


@given(st.lists(st.binary(max_size=9).filter(lambda line: b"\n" not in line)), st.integers(1, 20))
def test_blocks_of_any_size_have_the_same_lines(tmp_path_factory, lines, limit):
    path = tmp_path_factory.mktemp("lines") / "lines"
    path.write_bytes(b"".join(line + b"\n" for line in lines) + b"torn")
    reader, found = LineReader(path), b""
    while block := reader.read_block(limit):
        assert block.endswith(b"\n")
        found += block
    assert found == b"".join(line + b"\n" for line in lines)


NUMBER = st.floats().map(events.number)


@given(st.lists(NUMBER, min_size=1), st.floats(0, 1), st.text())
def test_events_survive_the_file(tmp_path_factory, losses, accuracy, text):
    run = RunFolder(tmp_path_factory.mktemp("run"))
    writer = EventWriter(run)
    sent = [
        events.BatchesTrained(
            epoch=0, first_batch=0, losses=tuple(losses), step=1, current=2, size=3,
            learning_rate=0.5, elapsed_s=0.1,
        ),
        events.EpochTested(
            epoch=0, step=1, accuracy=accuracy, loss=losses[0], correct=1, size=2,
            elapsed_s=0.1, is_best=True,
        ),
        events.NoteAdded(step=1, text=text),
    ]  # fmt: skip
    written = [writer.write(event) for event in sent]
    writer.close()
    assert read_events(run) == written
    assert [event.seq for event in written] == [0, 1, 2]


def test_the_sequence_goes_on_and_a_torn_line_is_no_event(run):
    writer = EventWriter(run)
    writer.write(events.EpochStarted(epoch=0, step=0))
    writer.close()
    with run.events.open("ab") as file:
        file.write(b'{"type":"EpochStarted","seq":1,"ep')
    writer = EventWriter(run)
    reader = EventReader(run)
    writer.write(events.EpochStarted(epoch=1, step=5))
    writer.close()
    assert [(event.seq, event.epoch) for event in reader.read()] == [(0, 0), (1, 1)]
    assert reader.read() == []


@pytest.mark.parametrize("line", [b"", b"{}", b"[1]", b'{"type":"Unheard"}', b"\xff\x00"])
def test_a_line_that_is_no_event_is_skipped(line):
    assert decode_event(line) is None


@given(st.floats())
def test_numbers_survive_json(value):
    again = float(events.number(value))
    assert again == value or (again != again and value != value)


def test_blocks_give_all_events_also_behind_much_that_is_none(run):
    writer = EventWriter(run)
    for step in range(3000):
        writer.write(events.NoteAdded(step=step, text="x" * 100))
    writer.close()
    blocks = list(EventReader(run).blocks())
    assert len(blocks) > 1
    assert [event for block in blocks for event in block] == read_events(run)
    with run.events.open("ab") as file:
        file.write(b"not an event\n" * 50_000)
    writer = EventWriter(run)
    last = writer.write(events.NoteAdded(step=0, text="last"))
    writer.close()
    found = list(stream_events(run))
    assert len(found) == 3001
    assert found[-1] == last


def test_a_block_with_a_torn_line_gives_its_other_events(run):
    writer = EventWriter(run)
    for step in range(3):
        writer.write(events.NoteAdded(step=step, text="x"))
    writer.close()
    first, second, third = run.events.read_bytes().splitlines()
    run.events.write_bytes(b"\n".join([first, second[:20], b"", third, b""]))
    assert [event.step for event in read_events(run)] == [0, 2]


def test_some_kinds_of_events_in_their_order_but_for_torn_lines(run):
    assert list(events_of(run, events.NoteAdded)) == []
    writer = EventWriter(run)
    first, _, second, third = (
        writer.write(event)
        for event in (
            events.NoteAdded(step=0, text="x"),
            events.StageEntered(stage="NoteAdded"),
            events.EpochStarted(epoch=0, step=0),
            events.NoteAdded(step=1, text="y"),
        )
    )
    writer.close()
    lines = run.events.read_bytes().splitlines(keepends=True)
    torn = lines[-1][:20]
    run.events.write_bytes(b"".join([*lines[:1], torn + lines[-1], *lines[1:], torn]))
    assert list(events_of(run, events.EpochStarted, events.NoteAdded)) == [first, second, third]
    assert list(events_of(run, events.NoteAdded)) == [first, third]
