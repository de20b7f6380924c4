import http.server
import json
import socket
import threading

import pytest

from workbench.api import UserError
from workbench_followers import posting
from workbench_followers.webhook import WebhookFollower, WebhookOptions

SECRET = "/hook/secret-token"


@pytest.fixture
def server():
    """An HTTP server that keeps what it gets and answers as it is told to."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.got.append((self.path, self.headers["Content-Type"], json.loads(body)))
            status = made.answers.pop(0) if made.answers else 200
            self.send_response(status)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.got, made.answers = [], []
    made.url = f"http://127.0.0.1:{made.server_port}{SECRET}"
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def waits(monkeypatch):
    """How long it waits between tries, without waiting."""
    found = []
    monkeypatch.setattr(posting.time, "sleep", found.append)
    return found


def test_the_end_of_the_run_is_posted(server, tell):
    tell(WebhookFollower, WebhookOptions(url=server.url), 0, 8, is_end=True)
    ((path, kind, document),) = server.got
    assert (path, kind) == (SECRET, "application/json")
    assert document["run"] == "quiet-otter-12"
    assert document["text"] == (
        "Run quiet-otter-12 completed after 8 batches: test accuracy 80.0%."
    )
    assert document["event"]["type"] == "RunFinished"
    assert document["event"]["last_accuracy"] == 0.8


def test_the_chosen_events_to_an_address_from_the_environment(server, tell, monkeypatch):
    monkeypatch.setenv("HOOK", server.url)
    tell(WebhookFollower, WebhookOptions(url="$HOOK", events=("EpochTested",)), 0, 8)
    assert [document["event"]["epoch"] for _, _, document in server.got] == [0, 1]


def test_what_may_pass_is_tried_again(server, tell, waits):
    server.answers[:] = [503, 429]
    tell(WebhookFollower, WebhookOptions(url=server.url, retries=3), 0, 1, is_end=True)
    assert len(server.got) == 3 and waits == [1, 2]


@pytest.mark.parametrize(("status", "tries"), [(404, 1), (500, 3)])
def test_it_gives_up_and_names_only_the_host(server, tell, waits, status, tries):
    server.answers[:] = [status] * 9
    with pytest.raises(UserError, match=rf"^127\.0\.0\.1 answered {status} "):
        tell(WebhookFollower, WebhookOptions(url=server.url), 0, 1, is_end=True)
    assert len(server.got) == tries


def test_nobody_there(server, tell, waits):
    url = "http://127.0.0.1:9" + SECRET
    with pytest.raises(UserError, match=r"^127\.0\.0\.1 can't be reached \(") as refused:
        tell(WebhookFollower, WebhookOptions(url=url, retries=1), 0, 1, is_end=True)
    assert "secret" not in str(refused.value) and waits == [1]


def test_what_speaks_no_http_is_named_by_its_host(tell, waits):
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer():
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"SSH-2.0 secret\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}{SECRET}"
        with pytest.raises(UserError) as refused:
            tell(WebhookFollower, WebhookOptions(url=url, retries=0), 0, 1, is_end=True)
        thread.join()
    assert str(refused.value) == "127.0.0.1 answered something else than HTTP"


def test_a_line_end_of_the_variable_is_no_part_of_the_address(server, tell, monkeypatch):
    monkeypatch.setenv("HOOK", f"{server.url}\r\n")
    tell(WebhookFollower, WebhookOptions(url="$HOOK"), 0, 1, is_end=True)
    assert [path for path, _, _ in server.got] == [SECRET]


_NO_ADDRESSES = (
    "",
    "file:///etc/passwd",
    "$NOT_SET",
    "https://",
    "https://example.org:secret/",
    "https://[::1/secret",
    "https://example.org/se cret",
    "https://example.org/sécret",
)


@pytest.mark.parametrize("url", _NO_ADDRESSES)
def test_what_is_no_address(tell, url):
    with pytest.raises(UserError, match="must be an http or https address") as refused:
        tell(WebhookFollower, WebhookOptions(url=url), 0, 1)
    assert "cret" not in str(refused.value)
