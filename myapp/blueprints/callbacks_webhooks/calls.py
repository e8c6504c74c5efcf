"""The call to a client's address, made after the response. Both sides use it."""

import json
import logging
from collections.abc import Collection
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import quote, urlsplit

TIMEOUT = 5  # seconds, for connecting and for each read

logger = logging.getLogger(__name__)


def is_allowed(url: str, hosts: Collection[str]) -> bool:
    """Tell whether the URL is http or https and its host, with the port it names, is one of `hosts`.

    The whole authority is compared, so that a user's name or another port in it is never overlooked.
    """
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and parts.netloc.lower() in hosts


def notify(callback_url: str, post_id: str, description: str) -> None:
    """POST to `{$callback_url}/posts/{$request.body.id}` that the post is published; a failure is logged.

    `http.client` follows no redirect, which could lead to a host that is not allowed.
    """
    parts = urlsplit(f"{callback_url.rstrip('/')}/posts/{quote(post_id, safe='', errors='replace')}")
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    body = json.dumps({"description": description, "published": True})
    try:
        connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
        try:
            target = f"{parts.path}?{parts.query}" if parts.query else parts.path
            connection.request("POST", target, body, {"Content-Type": "application/json"})
            status = connection.getresponse().status
        finally:
            connection.close()
    except (OSError, HTTPException) as error:
        logger.warning("The callback for post %r failed: %r", post_id, error)
    else:
        logger.info("The callback for post %r was answered with %d", post_id, status)
