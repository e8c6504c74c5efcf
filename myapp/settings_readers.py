"""How the text of one environment variable becomes a value of `Settings`.

Each reader takes the text and gives the value; it raises ValueError with what the text must be, which `Settings.load`
puts behind the variable's name.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from ipaddress import ip_network
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError


def boolean(text: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if text.lower() not in known:
        raise ValueError("must be true or false")
    return known[text.lower()]


def count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ValueError("must be a whole number of at least 1")
    return int(text)


def size(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ValueError("must be a whole number of at least 0")
    return int(text)


def hosts(text: str) -> tuple[str, ...]:
    for name in names(text):
        if "*" in name.removeprefix("*.") and name != "*":
            raise ValueError(f"must be names such as example.com or *.example.com, not {name!r}")
    return names(text)


def names(text: str) -> tuple[str, ...]:
    return tuple(name for name in (part.strip() for part in text.split(",")) if name)


def authorities(text: str) -> tuple[str, ...]:
    for name in names(text):
        if not re.fullmatch(r"([\w.-]+|\[[\da-fA-F:.]+\])(:\d{1,5})?", name, re.ASCII):
            raise ValueError(f"must be hosts such as example.com or example.com:8080, not {name!r}")
    return tuple(name.lower() for name in names(text))


def name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,60}", text):
        raise ValueError("must be letters, digits, _ and - (60 at most)")
    return text


def one_of(choices: type[enum.StrEnum]) -> Callable[[str], enum.StrEnum]:
    def read(text: str) -> enum.StrEnum:
        try:
            return choices(text)
        except ValueError:
            raise ValueError(f"must be one of {', '.join(choices)}") from None

    return read


def level(text: str) -> str:
    levels = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
    if text.upper() not in levels:
        raise ValueError(f"must be one of {', '.join(levels)}")
    return text.upper()


def networks(text: str) -> tuple[str, ...]:
    for name in names(text):
        if name != "*":
            ip_network(name)
    return names(text)


def database_url(text: str) -> str:
    try:
        url = make_url(text)
    except ArgumentError:
        raise ValueError("must be a database URL: sqlite:////srv/app.sqlite3, postgresql://user@host/name") from None
    if url.drivername in {"postgres", "postgresql"}:
        # What hosting providers hand out; SQLAlchemy would take it for psycopg2.
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise ValueError(f"must be SQLite or PostgreSQL, not {url.drivername}")
    return url.render_as_string(hide_password=False)


def url_of(*schemes: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if urlsplit(text).scheme not in schemes:
            raise ValueError(f"must be a URL that starts with {' or '.join(scheme + '://' for scheme in schemes)}")
        return text

    return read


def address(text: str) -> str:
    if not re.fullmatch(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+", text):
        raise ValueError("must be an e-mail address such as noreply@example.com")
    return text


def site(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be where the site is, such as https://example.com")
    return text.rstrip("/")
