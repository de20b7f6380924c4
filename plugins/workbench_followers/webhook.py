"""A JSON document to an address of the person's, for the events that they choose."""

import json
import os
import socket
import typing
import urllib.parse
from dataclasses import dataclass

import msgspec

from workbench.api import Event, FollowedRun, FollowerSpec, UserError, option
from workbench.api.events import EpochTested, RunFailed, RunFinished

_EVENTS = tuple(event.__name__ for event in typing.get_args(Event))


@dataclass(frozen=True)
class WebhookOptions:
    """Where to, what, and how patiently."""

    url: str = option("", help="Address to POST to; $NAME stands for an environment variable.")
    events: tuple[str, ...] = option(
        ("RunFinished", "RunFailed"), help="The events that are sent.", choices=_EVENTS
    )
    timeout_s: float = option(10.0, help="Seconds that an answer may take.", gt=0, le=120)
    retries: int = option(2, help="Further tries, each a little later.", ge=0, le=10)


class WebhookFollower:
    """Sends each chosen event; what can't be sent after all tries is told once."""

    def __init__(self, run: FollowedRun, options: WebhookOptions) -> None:
        self._run = run
        self._options = options
        self._url = os.path.expandvars(options.url).strip()
        host = _host(self._url)
        if host is None:
            raise UserError(
                "followers.webhook.url must be an http or https address, such as "
                "https://example.org/hook, without spaces and with other letters than English "
                "ones written as %XX; a variable in it must be set."
            )
        # What stands after the host may be a secret, so no message has it.
        self._host = host

    def follow(self, event: Event) -> None:
        """Send it, if it was asked for."""
        if type(event).__name__ not in self._options.events:
            return
        document = {
            "run": self._run.name,
            "host": socket.gethostname(),
            "text": sentence(self._run.name, event),
            "event": msgspec.to_builtins(event),
        }
        from workbench_followers.posting import post

        post(
            self._url,
            self._host,
            json.dumps(document).encode(),
            timeout_s=self._options.timeout_s,
            retries=self._options.retries,
        )

    def close(self) -> None:
        """Nothing is left open."""


def _host(url: str) -> str | None:
    """The host of an address that can be sent to, else ``None``."""
    try:
        parts = urllib.parse.urlsplit(url)
        _ = parts.port  # raises for one that is no number
    except ValueError:
        return None
    is_sendable = url.isascii() and url.isprintable() and " " not in url
    return parts.hostname if parts.scheme in ("http", "https") and is_sendable else None


def sentence(run: str, event: Event) -> str:
    """An event for a person who reads it elsewhere."""
    match event:
        case RunFinished(last_accuracy=None):
            return f"Run {run} {event.end} after {event.step} batches."
        case RunFinished():
            accuracy = f"{100 * event.last_accuracy:.1f}%"
            return f"Run {run} {event.end} after {event.step} batches: test accuracy {accuracy}."
        case RunFailed():
            return f"Run {run} failed: {event.error}"
        case EpochTested():
            return f"Run {run}, epoch {event.epoch}: test loss {float(event.loss):.6f}."
        case _:
            return f"Run {run}: {type(event).__name__}."


WEBHOOK = FollowerSpec(
    name="webhook",
    title="Webhook",
    description="Events as JSON to an address of yours, such as the end of a run.",
    create=WebhookFollower,
    options=WebhookOptions,
)
