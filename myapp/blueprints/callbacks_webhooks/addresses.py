"""Which addresses this server may be made to call: no private ones, unless the settings say so.

Whoever names an address makes this server open a connection (server-side request forgery, OWASP API7:2023): to services
that trust the network they are in, or to a cloud's metadata. So the name is looked up once, every address that comes
back is checked, and the connection goes to one of these and not to the name: a second look-up could be answered in
another way (DNS rebinding).
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from myapp.settings import Settings

#: An address as `socket.connect` takes it, with its family.
Address = tuple[socket.AddressFamily, tuple[str, int] | tuple[str, int, int, int]]

# What `is_global` calls global in some version of Python, or always, and is no place for a stranger's webhook.
_REFUSED: Final = (
    ip_network("192.0.0.0/24"),  # IETF protocol assignments; some clouds have their metadata there
    ip_network("192.88.99.0/24"),  # 6to4 relays (RFC 7526)
    ip_network("168.63.129.16/32"),  # Azure's platform, within reach of every machine there
    ip_network("2001::/23"),  # IETF protocol assignments, Teredo among them
    ip_network("2001:db8::/32"),  # documentation
    ip_network("3fff::/20"),  # documentation
)
# All that has been given to the internet of IPv6 so far; outside are mapped, translated and local addresses.
_GLOBAL_UNICAST: Final = ip_network("2000::/3")
_TRANSLATED: Final = ip_network("64:ff9b::/96")  # NAT64 (RFC 6052): the way to IPv4 from a host that has none
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_FIRST_UNPRIVILEGED: Final = 1024


class Refused(Exception):
    """The address may not be called; the message says why, in words that anybody may read."""


@dataclass(frozen=True)
class Target:
    """A URL taken apart, as far as it can be judged without looking its name up."""

    secure: bool
    host: str
    port: int
    authority: str
    path: str
    trusted: bool


def target_of(url: str, settings: Settings) -> Target:
    """Take a URL apart; raise Refused if it is none that may be called, whatever its name leads to.

    In: an absolute URL, normalized by `HttpUrl`. A host of `trusted_webhook_hosts` may have any port and address, and
    plain http in production.
    """
    parts = urlsplit(url)
    try:
        host, port = parts.hostname, parts.port or _DEFAULT_PORTS[parts.scheme]
    except (KeyError, ValueError):
        raise Refused("The URL must be http or https") from None
    if not host or not url.isascii():
        raise Refused("The URL must be http or https")
    if "@" in parts.netloc:
        raise Refused("The URL must not hold a user name")
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    trusted = parts.netloc.lower() in settings.trusted_webhook_hosts
    target = Target(parts.scheme == "https", host, port, parts.netloc, path, trusted)
    if trusted:
        return target
    if settings.production and not target.secure:
        raise Refused("The URL must be https")
    if port < _FIRST_UNPRIVILEGED and port not in _DEFAULT_PORTS.values():
        raise Refused("The URL's port is not allowed")
    if not _is_public_name(host):
        raise Refused("The URL's address is not public")
    return target


def addresses_of(target: Target) -> list[Address]:
    """Look the name up, once. Raises OSError if that fails, and Refused unless every address is public."""
    addresses = resolve(target.host, target.port)
    if not target.trusted and not all(is_public(str(address[0])) for _, address in addresses):
        raise Refused("The URL's address is not public")
    return addresses


def resolve(host: str, port: int) -> list[Address]:
    """Ask the system for a name's addresses. Raises OSError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label that is empty or too long for IDNA
        raise OSError("no such name") from error
    return [(family, address) for family, _, _, _, address in found]  # type: ignore[misc]


def is_public(text: str) -> bool:
    """Tell whether an IP address belongs to the public internet.

    IPv4 inside IPv6 (mapped, 6to4, NAT64) is judged as the IPv4 address that it leads to.
    """
    address = ip_address(text)
    if isinstance(address, IPv6Address):
        if (inner := _inner(address)) is not None:
            address = inner
        elif address not in _GLOBAL_UNICAST:
            return False
    return address.is_global and not address.is_multicast and not any(address in network for network in _REFUSED)


def _inner(address: IPv6Address) -> IPv4Address | None:
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _is_public_name(host: str) -> bool:
    """Tell at once what needs no look-up: an IP address, or this machine's own name."""
    try:
        return is_public(host)
    except ValueError:
        name = host.rstrip(".").lower()
        return name != "localhost" and not name.endswith(".localhost")


def connect(addresses: Sequence[Address], timeout: float) -> socket.socket:
    """Connect to the first of the addresses that answers. Raises the last one's OSError."""
    refusal: OSError = OSError("the name has no address")
    for family, address in addresses:
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            connection.settimeout(timeout / len(addresses))
            connection.connect(address)
            connection.settimeout(timeout)
        except OSError as error:
            connection.close()
            refusal = error
        else:
            return connection
    raise refusal
