import pytest

from workbench.api import UserError
from workbench.cli.references import split_reference


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("one", ("one", "")),
        ("one@best", ("one", "best")),
        ("/home/me@box/runs/one", ("/home/me@box/runs/one", "")),
        ("/home/me@box/runs/one@latest", ("/home/me@box/runs/one", "latest")),
    ],
)
def test_a_run_and_its_checkpoint(text, parts):
    assert split_reference(text) == parts


@pytest.mark.parametrize("text", ["@best", "one@", "@"])
def test_half_a_reference(text):
    with pytest.raises(UserError, match=r"is not RUN@CHECKPOINT"):
        split_reference(text)
