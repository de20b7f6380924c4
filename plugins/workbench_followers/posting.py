"""Sending a body over HTTP, patiently; in a file of its own because its imports take a while."""

import http.client
import time
import urllib.error
import urllib.request

from workbench.api import UserError


def post(url: str, host: str, body: bytes, *, timeout_s: float, retries: int) -> None:
    """POST a JSON body; tried again after 1, 2, 4 ... seconds where that can help.

    Raises :class:`UserError`, which names only the ``host``: the rest may be a secret.
    """
    for attempt in range(retries + 1):
        if attempt:
            time.sleep(2 ** (attempt - 1))
        try:
            _post(url, body, timeout_s)
        except urllib.error.HTTPError as error:
            problem = f"answered {error.code} {error.reason}"
            if error.code < 500 and error.code != 429:  # asking again changes nothing
                break
        except http.client.HTTPException:
            problem = "answered something else than HTTP"
        except OSError as error:
            problem = f"can't be reached ({getattr(error, 'reason', None) or error})"
        else:
            return
    raise UserError(f"{host} {problem}")


def _post(url: str, body: bytes, timeout_s: float) -> None:
    head = {"Content-Type": "application/json", "User-Agent": "workbench"}
    request = urllib.request.Request(url, body, head, method="POST")
    with urllib.request.urlopen(request, timeout=timeout_s) as answer:
        answer.read(1024)
