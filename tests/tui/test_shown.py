import pyte
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from workbench.tui.shown import Difference, Shown

WIDTH, HEIGHT = 32, 2
CONSOLE = Console(force_terminal=True, color_system="truecolor")
STYLES = [
    Style(color="#ff0000", bgcolor="#000044"),
    Style(bgcolor="#000044", reverse=False, meta={"@click": "quit"}),
    Style(color="#ff0000", bgcolor="#000044", bold=True, reverse=True),
    Style(bgcolor="#004400", underline=True),
]
PAIRS = [Segment(text, style) for text in ("ab", "a ", "  ", "字") for style in STYLES]


def strips(width=WIDTH):
    """A strip of this many columns, in pairs of which some are one character."""
    count = width // 2
    pairs = st.lists(st.sampled_from(PAIRS), min_size=count, max_size=count)
    return pairs.map(lambda pairs: Strip(pairs, width))


@st.composite
def chops(draw):
    """Two widgets side by side in each row, of which some columns in one row changed."""
    cut = 2 * draw(st.integers(1, WIDTH // 2 - 1))
    y = draw(st.integers(0, HEIGHT - 1))
    first = draw(st.sampled_from([0, cut]))
    stop = 2 * draw(st.integers(first // 2 + 1, WIDTH // 2))
    row = {0: draw(strips(cut)), cut: draw(strips(WIDTH - cut))}
    return ChopsUpdate([row] * HEIGHT, [(y, first, stop)], [[cut, WIDTH]] * HEIGHT)


frames = st.lists(strips(), min_size=HEIGHT, max_size=HEIGHT).map(
    lambda rows: LayoutUpdate([[row] for row in rows], Region(0, 0, WIDTH, HEIGHT))
)


def seen(cell):
    """What a person sees of a cell; of a blank that is its ground, if no line is drawn."""
    is_bare = cell.data == " " and not (cell.reverse or cell.underscore)
    return cell._replace(fg="", bold=False) if is_bare else cell


def screen_after(texts):
    screen = pyte.Screen(WIDTH, HEIGHT)
    stream = pyte.Stream(screen)
    for text in texts:
        stream.feed(text)
    return [[seen(screen.buffer[y][x]) for x in range(WIDTH)] for y in range(HEIGHT)]


@given(st.lists(frames | chops(), min_size=1, max_size=5))
def test_the_terminal_shows_what_it_would_if_all_were_sent(updates):
    shown = Shown()
    spared = [Difference(shown, update).render_segments(CONSOLE) for update in updates]
    assert screen_after(spared) == screen_after(
        [update.render_segments(CONSOLE) for update in updates]
    )


@given(frames)
def test_what_is_shown_already_is_not_sent_again(frame):
    shown = Shown()
    assert Difference(shown, frame).render_segments(CONSOLE)
    assert Difference(shown, frame).render_segments(CONSOLE) == ""
    shown.forget()
    assert Difference(shown, frame).render_segments(CONSOLE)


def test_only_the_columns_that_changed_are_sent():
    def frame(text):
        row = [Strip([Segment(text, STYLES[0])])]
        return LayoutUpdate([row], Region(0, 0, len(text), 1))

    shown = Shown()
    Difference(shown, frame("loss 2.303, and the rest of it")).render_segments(CONSOLE)
    sent = Difference(shown, frame("loss 2.301, and the rest in it")).render_segments(CONSOLE)
    assert "1" in sent and "in" not in sent.replace("i", "", 1)
    assert "loss" not in sent and "rest" not in sent
