"""One offline file with all of a run."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from workbench.core.runs import RunFolder

EVIL = '<script>alert(1)</script> & "quoted" \x1b[31mred'


class Page(HTMLParser):
    """Checks that every element is closed, and collects tags, attributes and text."""

    EMPTY = ("meta", "img", "line", "circle", "path", "br")

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.attributes, self.text = [], [], [], ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def trained(trained_run, workbench, runs_dir):
    trained_run("one", "--set", "optimizer.lr=0.0005", "--set", "samples=3")
    return RunFolder(runs_dir / "one")


def test_it_tells_the_whole_run(workbench, trained):
    assert workbench("report", "one").stdout == "The report is in one.html.\n"
    text = Path("one.html").read_text()
    page = Page(text)
    for heading in (
        *("Curves", "Evaluation", "Classes", "Confusion matrix", "Calibration", "Most wrong"),
        *("Samples after each epoch", "Checkpoints", "Model", "Plan", "Versions"),
    ):
        assert f"<h2>{heading}</h2>" in text
    assert "tiny · linear · plain · tiny" in page.text
    assert page.tags.count("svg") == 2
    assert page.text.count("square taken for") == 0  # that is a cell's title
    assert any(
        name == "title" and "square taken for circle" in value for name, value in page.attributes
    )
    assert 'name = "linear"' in page.text  # of the plan
    assert "epoch 0" in page.text
    assert "epoch 1" in page.text
    assert "step-00000064" in page.text


def test_it_refers_to_nothing_outside(workbench, trained):
    workbench("report", "one", "-o", "report.html")
    text = Path("report.html").read_text()
    page = Page(text)
    for name, value in page.attributes:
        if name in ("src", "href", "xlink:href", "action", "srcset"):
            assert value.startswith("data:image/png;base64,")
    assert not re.search(r"https?:|//[a-z]|url\(|@import|<script|<link", text)
    assert "default-src 'none'" in text
    images = [value for name, value in page.attributes if name == "src"]
    assert len(images) > 3


def test_text_from_outside_carries_no_markup(workbench, trained):
    events = trained.events.read_text().splitlines()
    note = '{"type":"NoteAdded","seq":999,"time":1.0,"step":1,"text":"EVIL"}'
    encoded = EVIL.replace('"', '\\"').replace("\x1b", "\\u001b")
    trained.events.write_text("\n".join([*events, note.replace("EVIL", encoded), ""]))
    trained.plan.write_text(f"{trained.plan.read_text()}\n# {EVIL}\n".replace("\x1b", "<b>"))
    workbench("report", "one")
    text = Path("one.html").read_text()
    page = Page(text)
    assert "<script>" not in text
    assert "<b>[31m" not in text
    assert "\x1b" not in text
    assert page.text.count("<script>alert(1)</script> & ") == 2


def test_without_a_checkpoint_there_is_the_rest(workbench, refused, runs_dir):
    workbench("train", "--name", "one", "--set", "backend.fail_at=5", code=1)
    result = workbench("report", "one")
    assert "no evaluation: The run one has no checkpoint yet." in result.stderr
    text = Path("one.html").read_text()
    assert "There is none: The run one has no checkpoint yet." in text
    assert "It failed: RuntimeError" in text
    assert "<h2>Confusion matrix</h2>" not in text
    assert refused("report", "one@best") == "The run one has no checkpoint yet."


def test_a_place_that_can_not_be_written(refused, trained):
    assert refused("report", "one", "-o", "none/a.html").startswith("There is no folder none")


def test_others_may_read_it(workbench, trained):
    workbench("report", "one")
    assert Path("one.html").stat().st_mode & 0o044
