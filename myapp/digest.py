"""HTTP Digest (RFC 7616) with the API keys as passwords: the key opens the door and is never sent.

Pairs no page of FastAPI's, whose `HTTPDigest` reads the credentials and leaves it to the application to check them. A
challenge needs no memory, since its nonce is the signed time; each answer to it is taken once. An account's password
won't do: Digest wants to know it, or a quick hash of it, and what is kept is an Argon2 hash.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final
from urllib.request import parse_http_list, parse_keqv_list

from itsdangerous import BadSignature, SignatureExpired, TimestampSigner

from .settings import Settings
from .throttle import Throttle

REALM: Final = "API keys"
#: For how many seconds a challenge may be answered; `myapp.throttle` remembers answers for at least as long.
LIFETIME: Final = 60


class NotAuthenticated(Exception):
    """Credentials that open nothing; `stale` when only the challenge was too old, and the client may answer another."""

    def __init__(self, *, stale: bool = False) -> None:
        super().__init__()
        self.stale = stale


def challenge(settings: Settings, *, stale: bool = False) -> str:
    """A new challenge, for `WWW-Authenticate`."""
    nonce = _signer(settings).sign("").decode()
    return f'Digest realm="{REALM}", qop="auth", algorithm=SHA-256, nonce="{nonce}"' + ", stale=true" * stale


def check(credentials: str, method: str, target: str, settings: Settings, throttle: Throttle) -> str:
    """The user name that an API key goes with in these credentials; every name will do.

    In: what follows `Digest` in the header, and the request's method and target (path and query), which the credentials
    must be for. Raises NotAuthenticated.
    """
    try:
        sent = parse_keqv_list(parse_http_list(credentials))
    except (ValueError, IndexError):  # no pairs, or one without a value
        raise NotAuthenticated from None
    named = [sent.get(name, "") for name in ("username", "nonce", "nc", "cnonce")]
    username, nonce, count, client_nonce = named
    asked = (sent.get("realm"), sent.get("uri"), sent.get("qop"), sent.get("algorithm"))
    if not all(named) or asked != (REALM, target, "auth", "SHA-256"):
        raise NotAuthenticated
    of_request = _hash(f"{method}:{target}")
    answers = [
        _hash(f"{_hash(f'{username}:{REALM}:{key}')}:{nonce}:{count}:{client_nonce}:auth:{of_request}")
        for key in settings.api_keys
    ]
    if not any(secrets.compare_digest(answer.encode(), sent.get("response", "").encode()) for answer in answers):
        raise NotAuthenticated
    try:
        _signer(settings).unsign(nonce, max_age=LIFETIME)
    except SignatureExpired:
        raise NotAuthenticated(stale=True) from None
    except BadSignature:
        raise NotAuthenticated from None
    if not throttle.is_first_use("digest", nonce, client_nonce, count):
        raise NotAuthenticated(stale=True)
    return username


def _signer(settings: Settings) -> TimestampSigner:
    return TimestampSigner(settings.secret_key, salt="digest", digest_method=hashlib.sha256)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
