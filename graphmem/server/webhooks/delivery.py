"""Sends what webhooks are told: signed, and again after a failure."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from graphmem.errors import ValidationError
from graphmem.model.served import Event, Outcome
from graphmem.protocols import ServerStore
from graphmem.server.webhooks import addresses, hooks

SIGNATURE = "X-Graphmem-Signature"
ATTEMPTS = 4
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 20.0
_TIMEOUT = httpx.Timeout(5.0)
# So many events in a row that could not be delivered switch a webhook off.
MOST_FAILURES = 20


class _NotTakenError(Exception):
    """The other side answered, but did not take it."""


def signature(secret: str, at: int, body: bytes) -> str:
    """What the header X-Graphmem-Signature says: ``t=<seconds since 1970>,v1=<HMAC-SHA256 of "t.body" in hex>``.

    Whoever checks it computes the same with the secret, compares in constant time, and refuses what is older than some minutes.
    """
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"


def deliver(store: ServerStore, event: Event, *, private: bool, first_pause: float = _FIRST_PAUSE) -> Outcome:
    """Tell one webhook of one change.

    Args:
        private: whether it may point into a private network. first_pause: seconds before the second attempt.
    """
    request = event.request or {}
    found = store.kept(hooks.KIND, ids=[request["webhook"]])
    if not found or not found[0].data["is_active"]:
        return Outcome("FAILED", error="the webhook was deleted or switched off")
    [hook] = found
    body = json.dumps(request["body"], ensure_ascii=False).encode()
    attempts = Retrying(
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_exponential(multiplier=first_pause, max=_LONGEST_PAUSE),
        retry=retry_if_exception_type((_NotTakenError, httpx.TransportError, OSError)),
        reraise=True,
    )
    try:
        attempts(_send, hook.data["url"], hook.data["secret"], event.id, body, private=private)
    except (ValidationError, _NotTakenError, httpx.TransportError, OSError) as error:
        hooks.failed(store, hook.id, MOST_FAILURES)
        return Outcome("FAILED", error=f"{type(error).__name__.strip('_')}: {error}"[:200])
    hooks.succeeded(store, hook.id)
    return Outcome("SUCCEEDED")


def _send(url: str, secret: str, id: str, body: bytes, *, private: bool) -> None:
    target = addresses.resolved(url, private=private)
    at = int(time.time())
    headers = {
        "Host": target.url.netloc,
        "Content-Type": "application/json",
        "User-Agent": "graphmem",
        "X-Graphmem-Delivery": id,
        SIGNATURE: signature(secret, at, body),
    }
    # No proxy of the environment: it would connect to wherever the name leads then.
    options: dict[str, Any] = {"timeout": _TIMEOUT, "follow_redirects": False, "trust_env": False}
    with httpx.Client(**options) as client:
        sent = client.build_request(
            "POST", target.direct, content=body, headers=headers, extensions={"sni_hostname": target.host}
        )
        answer = client.send(sent, stream=True)
        # What it says is not read: it may be anything, of any length.
        answer.close()
    if not answer.is_success:
        raise _NotTakenError(f"it answered with status {answer.status_code}")
