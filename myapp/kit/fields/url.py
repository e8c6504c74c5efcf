"""URLs in the normal form that pydantic writes them in.

The WHATWG URL Standard (https://url.spec.whatwg.org/) as far as HttpUrl and AnyUrl need it, on top of the standard
library's `urlsplit`.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import Final
from urllib.parse import quote, unquote

import idna

_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.\-]*):", re.IGNORECASE)
_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21, "file": None}
_TRIMMED: Final = "".join(map(chr, range(0x21)))
_FORBIDDEN_HOST: Final = re.compile(r"[\x00-\x20#/:<>?@\[\\\]^|%\x7f]")


class NotAUrl(ValueError):
    """The text is no URL; the message says why, in the words of the library pydantic reads URLs with."""


def normalize(url: str, *, preserve_empty_path: bool = False) -> tuple[str, str]:
    """The scheme and the whole of an absolute URL in its normal form, in which a path begins; raises NotAUrl.

    `preserve_empty_path`: one that is not there stays away.
    """
    if not url:
        raise NotAUrl("input is empty")
    url = re.sub(r"[\t\n\r]", "", url.strip(_TRIMMED))
    found = _SCHEME.match(url)
    if found is None:
        raise NotAUrl("relative URL without a base")
    scheme, rest = found[1].lower(), url[found.end() :]
    rest, hash, fragment = rest.partition("#")
    rest, mark, query = rest.partition("?")
    special = scheme in _PORTS
    if special:
        rest = rest.replace("\\", "/")
        if scheme != "file":
            rest = "//" + rest.lstrip("/")
    if not rest.startswith("//"):
        path = _path(rest, special) if rest.startswith("/") else quote(rest, safe=_OPAQUE)
        return scheme, f"{scheme}:{path}{_tail(mark, query, hash, fragment)}"
    authority, slash, path = rest[2:].partition("/")
    path = _path(slash + path, special and not preserve_empty_path)
    return (
        scheme,
        f"{scheme}://{_authority(authority, scheme)}{path}{_tail(mark, query, hash, fragment)}",
    )


_ASCII: Final = "".join(map(chr, range(0x21, 0x7F)))
_OPAQUE: Final = _ASCII + " "
_IN_FRAGMENT: Final = "".join(set(_ASCII) - set('"<>`'))
_IN_QUERY: Final = "".join(set(_ASCII) - set("\"<>'"))
_IN_PATH: Final = "".join(set(_ASCII) - set('"<>`{}'))
_IN_USER: Final = "".join(set(_ASCII) - set('"<>`{}/:;=@[\\]^|#?'))


def _tail(mark: str, query: str, hash: str, fragment: str) -> str:
    return f"{mark}{quote(query, safe=_IN_QUERY)}{hash}{quote(fragment, safe=_IN_FRAGMENT)}"


def _path(path: str, special: bool) -> str:
    """The path with its `.` and `..` segments resolved."""
    segments: list[str] = []
    parts = path.split("/")[1:]
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        plain = re.sub("%2e", ".", part, flags=re.IGNORECASE)
        if plain == "..":
            segments = [*segments[:-1], *([""] if last else [])]
        elif plain == ".":
            segments += [""] if last else []
        else:
            segments.append(quote(part, safe=_IN_PATH))
    if not parts:
        return "/" if special else ""
    return "/" + "/".join(segments)


def _authority(authority: str, scheme: str) -> str:
    user_info, _, host_port = authority.rpartition("@")
    user, _, password = user_info.partition(":")
    credentials = quote(user, safe=_IN_USER) + (f":{quote(password, safe=_IN_USER)}" if password else "")
    found = re.fullmatch(r"(\[[^\]]*\]|[^:]*)(?::(.*))?", host_port)
    if found is None:
        raise NotAUrl("invalid port number")
    host = _host(found[1], scheme)
    if credentials and not host:
        raise NotAUrl("empty host")
    port = found[2] or ""
    if port and not (port.isascii() and port.isdigit() and int(port) < 65536):
        raise NotAUrl("invalid port number")
    shown = f":{int(port)}" if port and int(port) != _PORTS.get(scheme) else ""
    return (f"{credentials}@" if credentials else "") + host + shown


def _host(host: str, scheme: str) -> str:
    """The host in lower case, international names as IDNA writes them, IP addresses in their short form."""
    if not host:
        if scheme in _PORTS and scheme != "file":
            raise NotAUrl("empty host")
        return ""
    if host.startswith("["):
        try:
            return f"[{ipaddress.IPv6Address(host[1:-1]).compressed}]"
        except ValueError:
            raise NotAUrl("invalid IPv6 address") from None
    if scheme not in _PORTS:
        if _FORBIDDEN_HOST.search(host.replace("%", "")):
            raise NotAUrl("invalid domain character")
        return quote(host, safe=_ASCII)
    name = _ascii_name(unquote(host))
    if _FORBIDDEN_HOST.search(name):
        raise NotAUrl("invalid international domain name")
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", name.rstrip(".").rpartition(".")[2]):
        try:
            return str(ipaddress.IPv4Address(socket.inet_aton(name.rstrip("."))))
        except OSError:
            raise NotAUrl("invalid IPv4 address") from None
    return name


def _ascii_name(host: str) -> str:
    """A host name in ASCII: IDNA 2008 as browsers map it, or IDNA 2003 for the symbols that the former leaves out."""
    if host.isascii():
        return host.lower()
    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        try:
            return host.encode("idna").decode().lower()
        except UnicodeError:
            raise NotAUrl("invalid international domain name") from None
