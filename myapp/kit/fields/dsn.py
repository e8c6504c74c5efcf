"""The addresses of databases, brokers and caches: URLs with defaults of their own, some of several hosts.

Pairs https://docs.pydantic.dev/latest/api/networks/#pydantic.networks.PostgresDsn and its kin with the field for URLs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import marshmallow.fields as ma

from ..functional import UrlConstraints
from .network import Url
from .url import NotAUrl

_AUTHORITY: Final = re.compile(r"\s*(?P<scheme>[^:/?#]*:)//(?P<hosts>[^/?#]*)")
_PARTS: Final = re.compile(r"(?P<scheme>[^:]*:)(?://(?:[^@/?#]*@)?(?P<host>\[[^\]]*\]|[^:/?#]*)(?P<port>:\d+)?)?")
_LAST_HOST: Final = re.compile(
    r"(?P<scheme>[^:]*:)(?://(?:[^/?#]*,)?(?:[^@/?#,]*@)?(?P<host>\[[^\]]*\]|[^:/?#,]*)(?P<port>:\d+)?)?"
)


def constrained(field: ma.Field[Any], told: UrlConstraints) -> Dsn:
    """The field of a URL with what `Annotated` says of it; raises TypeError for any other."""
    if not isinstance(field, Url):
        raise TypeError(f"UrlConstraints are about URLs, not about {type(field).__name__}")
    known: dict[str, Any] = {"host": "", "port": None, "path": "", "host_required": False, "many_hosts": False}
    known = {name: getattr(field, name, usual) for name, usual in known.items()}
    known |= {"schemes": field.schemes, "max_length": field.max_length}
    more: dict[str, Any] = {
        **{"schemes": told.allowed_schemes, "max_length": told.max_length, "host": told.default_host},
        **{"port": told.default_port, "path": told.default_path, "host_required": told.host_required},
    }
    made = Dsn(**{**known, **{name: said for name, said in more.items() if said is not None}})
    preserve = told.preserve_empty_path
    made.preserve_empty_path = field.preserve_empty_path if preserve is None else preserve
    return made


class Dsn(Url):
    """A URL of one of `schemes`, in which a `host`, `port` and `path` stand for those that are left out. Out: str.

    `many_hosts`: there may be several, separated by commas; the defaults are the last one's.
    """

    def __init__(
        self,
        *,
        schemes: Iterable[str] | None,
        host: str = "",
        port: int | None = None,
        path: str = "",
        host_required: bool = False,
        many_hosts: bool = False,
        **keywords: Any,
    ) -> None:
        super().__init__(schemes=schemes, **keywords)
        self.host, self.port, self.path = host, port, path
        self.host_required, self.many_hosts = host_required, many_hosts

    def normal(self, url: str) -> tuple[str, str]:
        """The scheme and the normal form, each host read as the only one."""
        found = _AUTHORITY.match(url) if self.many_hosts else None
        if found is None or "," not in found["hosts"]:
            return super().normal(url)
        *others, last = found["hosts"].split(",")
        scheme, whole = super().normal(f"{found['scheme']}//{last}{url[found.end() :]}")
        parts = [_PARTS.match(super(Dsn, self).normal(f"{found['scheme']}//{host}")[1]) for host in others]
        authorities = [part[0].removeprefix(part["scheme"] + "//") for part in parts if part is not None]
        if not all(authorities) or not last:
            raise NotAUrl("empty host")
        return scheme, whole.replace("//", f"//{','.join(authorities)},", 1)

    def completed(self, url: str) -> str:
        """The URL with what stands for its missing parts; raises NotAUrl where a host is missing."""
        found = (_LAST_HOST if self.many_hosts else _PARTS).match(url)
        assert found is not None, url
        start, host, port, rest = found[0], found["host"], found["port"], url[found.end() :]
        if not host:
            if not self.host:
                if self.host_required or self.port is not None:
                    raise NotAUrl("empty host")
                return url
            if host is None and not rest.startswith("/"):
                raise NotAUrl("a cannot-be-a-base URL doesn’t have a host to set")
            start = f"{found['scheme']}//{self.host}"
        if self.port is not None and not port:
            start += f":{self.port}"
        path, tail = re.fullmatch(r"([^?#]*)(.*)", rest, re.DOTALL).groups()  # type: ignore[union-attr]
        return start + (self.path if self.path and path in ("", "/") else path) + tail
