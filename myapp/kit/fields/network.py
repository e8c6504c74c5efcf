"""Addresses: e-mail, URLs and IP as pydantic's EmailStr, HttpUrl and the standard library's ipaddress read them.

Pairs https://fastapi.tiangolo.com/tutorial/body-nested-models/#special-types-and-validation with marshmallow's Email,
Url and IP. A view gets a URL as a str, in the normal form that pydantic would write it in.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Final

import email_validator
from marshmallow import ValidationError, fields

from ..errors import Fault, invalid
from ..values import NameEmail
from .lax import Lax, utf8
from .text import to_str
from .url import NotAUrl, normalize
from .wording import expected

if TYPE_CHECKING:
    from ..models.config import ModelConfig

_NAME: Final = re.compile(r"[\w\s.!#$%&'*+\-/=?^`{|}~]*")
_QUOTE_AND_ADDRESS: Final = re.compile(r'"\s*<')
_LONGEST_EMAIL: Final = 2048


class Email(Lax, fields.Email):
    """An e-mail address, alone or as `John Doe <john@example.com>`. Out: the address in its normal form, a str."""

    own_validator = True

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if self.strict and not isinstance(value, str):
            raise invalid("string_type", value)
        return _read_email(to_str(value), value)[1]


class EmailWithName(Lax, fields.Field[NameEmail]):
    """A NameEmail. In: a NameEmail, what `Email` takes; without a name it is what stands before the @. Out: str."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> NameEmail:
        if isinstance(value, NameEmail):
            return value
        if self.strict and not isinstance(value, str):
            raise invalid("name_email_type", value)
        try:
            address = to_str(value)
        except ValidationError:
            raise invalid("name_email_type", value) from None
        return NameEmail(*_read_email(address, value))


def _read_email(text: str, value: Any) -> tuple[str, str]:
    """The name and the normal form of an address; raises ValidationError about `value`."""
    if len(text) > _LONGEST_EMAIL:
        raise _bad_email(value, f"Length must not exceed {_LONGEST_EMAIL} characters")
    if "\r" in text or "\n" in text:
        raise _bad_email(value, "Carriage return and line feed characters are not allowed")
    name, address = _name_and_address(text) or ("", text.strip())
    try:
        local, normal = _normalized(address)
    except email_validator.EmailNotValidError as error:
        raise _bad_email(value, str(error)) from None
    return name or local, normal


def _name_and_address(text: str) -> tuple[str, str] | None:
    """The parts of `name <address>` or `"name" <address>`, as pydantic reads them; None for any other text.

    Each pattern looks at a character once: one for all of it would try every way to share out the spaces.
    """
    text = text.strip()
    if not text.endswith(">"):
        return None
    if text.startswith('"'):
        # a quote may be in the name, so that it ends at the last one before an address
        ends = [end.span() for end in _QUOTE_AND_ADDRESS.finditer(text, 2) if end.end() < len(text) - 1]
        return (text[1 : ends[-1][0]], text[ends[-1][1] : -1].strip()) if ends else None
    name, _, address = text[:-1].partition("<")
    return (name.strip(), address.strip()) if address and _NAME.fullmatch(name) else None


@lru_cache(maxsize=4096)
def _normalized(address: str) -> tuple[str, str]:
    """What is before the @, and all of it, as email-validator writes them; kept: a check takes longer than the rest."""
    parts = email_validator.validate_email(address, check_deliverability=False)
    return parts.local_part, parts.normalized


def _bad_email(value: Any, reason: str) -> ValidationError:
    return ValidationError(
        Fault("value_error", f"value is not a valid email address: {reason}", value, {"reason": reason})
    )


class Url(Lax, fields.Url):
    """An absolute URL of one of `schemes` (http and https, as HttpUrl; any scheme when None, as AnyUrl). Out: str."""

    own_validator = True
    preserve_empty_path: bool | None = None

    def __init__(
        self, *, schemes: Iterable[str] | None = ("http", "https"), max_length: int | None = None, **keywords: Any
    ) -> None:
        super().__init__(**keywords)
        self.schemes = None if schemes is None else tuple(schemes)
        self.max_length = max_length

    def follow(self, config: ModelConfig) -> None:
        if self.preserve_empty_path is None:
            self.preserve_empty_path = config.url_preserve_empty_path

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if self.strict and not isinstance(value, str):
            raise invalid("url_type", value)
        try:
            url = utf8(value) if isinstance(value, str) else to_str(value)
        except ValidationError as error:
            raise error if isinstance(value, str) else invalid("url_type", value) from None
        if self.max_length is not None and len(url) > self.max_length:
            raise invalid("url_too_long", value, max_length=self.max_length)
        try:
            scheme, normal = self.normal(url)
            if self.schemes is None or scheme in self.schemes:
                return self.completed(normal)
        except NotAUrl as error:
            raise invalid("url_parsing", value, error=str(error)) from None
        raise invalid("url_scheme", value, expected_schemes=expected(self.schemes))

    def normal(self, url: str) -> tuple[str, str]:
        """The scheme and the whole of the URL in its normal form; raises NotAUrl."""
        return normalize(url, preserve_empty_path=bool(self.preserve_empty_path))

    def completed(self, url: str) -> str:
        """The URL as the view gets it."""
        return url


class _Address(Lax, fields.Field[Any]):
    """What the classes of the standard library's ipaddress have in common."""

    read: ClassVar[Callable[..., Any]]
    kinds: ClassVar[tuple[type, ...]]
    fault: ClassVar[str]

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if type(value) in self.kinds:
            return value
        if self.strict and len(self.kinds) == 1:
            raise invalid("is_instance_of", value, **{"class": self.kinds[0].__name__})
        try:
            return self.read(value)
        except (ValueError, TypeError, IndexError):
            raise invalid(self.fault, value) from None


class IPv4(_Address, fields.IPv4):
    """An `ipaddress.IPv4Address`, by its text. Out: str."""

    read = staticmethod(ipaddress.IPv4Address)
    kinds = (ipaddress.IPv4Address,)
    fault = "ip_v4_address"


class IPv6(_Address, fields.IPv6):
    """An `ipaddress.IPv6Address`, by its text. Out: str."""

    read = staticmethod(ipaddress.IPv6Address)
    kinds = (ipaddress.IPv6Address,)
    fault = "ip_v6_address"


class IP(_Address, fields.IP):
    """An IPv4 or IPv6 address, by its text. Out: str."""

    read = staticmethod(ipaddress.ip_address)
    kinds = (ipaddress.IPv4Address, ipaddress.IPv6Address)
    fault = "ip_any_address"


class IPv4Interface(_Address, fields.IPv4Interface):
    """An `ipaddress.IPv4Interface`, by its text. Out: str."""

    read = staticmethod(ipaddress.IPv4Interface)
    kinds = (ipaddress.IPv4Interface,)
    fault = "ip_v4_interface"


class IPv6Interface(_Address, fields.IPv6Interface):
    """An `ipaddress.IPv6Interface`, by its text. Out: str."""

    read = staticmethod(ipaddress.IPv6Interface)
    kinds = (ipaddress.IPv6Interface,)
    fault = "ip_v6_interface"


class IPInterface(_Address, fields.IPInterface):
    """An IPv4 or IPv6 interface, by its text. Out: str."""

    read = staticmethod(ipaddress.ip_interface)
    kinds = (ipaddress.IPv4Interface, ipaddress.IPv6Interface)
    fault = "ip_any_interface"


class IPv4Network(_Address):
    """An `ipaddress.IPv4Network`, by its text. Out: str."""

    read = staticmethod(ipaddress.IPv4Network)
    kinds = (ipaddress.IPv4Network,)
    fault = "ip_v4_network"


class IPv6Network(_Address):
    """An `ipaddress.IPv6Network`, by its text. Out: str."""

    read = staticmethod(ipaddress.IPv6Network)
    kinds = (ipaddress.IPv6Network,)
    fault = "ip_v6_network"


class IPNetwork(_Address):
    """An IPv4 or IPv6 network, by its text. Out: str."""

    read = staticmethod(ipaddress.ip_network)
    kinds = (ipaddress.IPv4Network, ipaddress.IPv6Network)
    fault = "ip_any_network"
