"""The names that pydantic gives the members of a union, by which the `loc` of a fault tells them apart.

They are part of what a client sees (`["body", "size", "constrained-int"]`), those that show pydantic's inner life too.
https://docs.pydantic.dev/latest/errors/errors/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import marshmallow.fields as ma
from marshmallow import Schema

from .. import fields
from ..values import SecretBytes, SecretStr
from . import containers, encoded, mappings, network, secret, standard
from .alias import Recursive
from .lax import Lax
from .named_tuples import NamedTuple
from .wrapped import Around

_CONSTRAINED: Final = {"str", "int", "float", "bytes"}

_NAMES: Final[Mapping[type, str]] = {
    secret.Size: "function-after[_validate(), union[constrained-str,constrained-int]]",
    fields.Boolean: "bool",
    fields.Integer: "int",
    fields.Float: "float",
    fields.Decimal: "decimal",
    fields.UUID: "uuid",
    fields.DateTime: "datetime",
    fields.Date: "date",
    fields.Time: "time",
    fields.TimeDelta: "timedelta",
    fields.Bytes: "bytes",
    standard.Complex: "complex",
    standard.Fraction: "fraction",
    standard.Zone: "function-plain[validate_str_is_valid_iana_tz()]",
    fields.IP: "function-plain[_validate()]",
    fields.IPInterface: "function-plain[_validate()]",
    fields.IPNetwork: "function-plain[_validate()]",
    fields.NoneValue: "none",
    fields.Any: "any",
    fields.Url: "function-wrap[wrap_val()]",
    network.EmailWithName: (
        "function-after[_validate(), json-or-python[json=str,python=union[is-instance[NameEmail],str]]]"
    ),
    fields.Email: "function-after[_validate(), str]",
    fields.String: "str",
}
_DICTS: Final[Mapping[type, str]] = {mappings.OrderedDict: "ordered-dict", mappings.Counter: "counter"}
_ADDRESSES: Final[Mapping[type, tuple[str, str]]] = {
    fields.IPv4Interface: ("ip_v4_interface", "IPv4Interface"),
    fields.IPv6Interface: ("ip_v6_interface", "IPv6Interface"),
    fields.IPv4: ("ip_v4_address", "IPv4Address"),
    fields.IPv6: ("ip_v6_address", "IPv6Address"),
    fields.IPv4Network: ("ip_v4_network", "IPv4Network"),
    fields.IPv6Network: ("ip_v6_network", "IPv6Network"),
}


def label(field: ma.Field[object], *, bare: bool = False) -> str:
    """pydantic's name for what `field` takes: "int", "constrained-str", "list[nullable[int]]", "Item".

    `bare` leaves out what is done before and after.
    """
    name = _bare(field)
    if bare:
        return name
    if _nullable(field):
        name = f"nullable[{name}]"
    if isinstance(field, Around):
        name = f"function-{'plain' if field.plain else 'wrap'}[{_function(field.function)}()]"
    if isinstance(field, Lax):
        for function in reversed(field.before):
            name = f"function-before[{_function(function)}(), {name}]"
        for function in field.after:
            if function in (str.lower, str.upper):
                continue
            name = f"function-after[{_function(function)}(), {name}]"
    return name


def _nullable(field: ma.Field[object]) -> bool:
    if isinstance(field, Recursive) and field.alias.allow_none:
        return False  # None is one of the alias' own values
    return bool(field.allow_none) and not isinstance(field, fields.Any | fields.NoneValue)


def member_label(member: ma.Field[object], *, bare: bool = False) -> str:
    """The name of a member of a union: its `Tag`, if it has one."""
    tag: str | None = member.metadata.get("tag")
    return label(member, bare=bare) if tag is None else tag


def choice_label(member: ma.Field[object], *, bare: bool = False) -> str:
    """The name of a member in a `loc`: there pydantic knows what an alias that contains itself is, also in a list.

    https://docs.pydantic.dev/latest/concepts/types/#named-recursive-types
    """
    if isinstance(member, Recursive) and "tag" not in member.metadata:
        return label(member.alias.field)
    if type(member) is containers.List and isinstance(member.inner, Recursive) and "tag" not in member.metadata:
        return f"list[{label(member.inner.alias.field)}]"
    return member_label(member, bare=bare)


def _inner(field: ma.Field[object] | None) -> str:
    return "any" if field is None else label(field)


def _bare(field: ma.Field[object]) -> str:
    members = getattr(field, "members", None)
    if members is not None:
        tags = getattr(field, "tags", None)
        if tags is not None:
            return f"tagged-union[{','.join(map(label, tags.values()))}]"
        return label(members[0]) if len(members) == 1 else f"union[{','.join(map(member_label, members))}]"
    if isinstance(field, Recursive):
        return "..." if field.inside else label(field.alias.field)
    if isinstance(field, ma.Nested):
        name = _model(field.schema)
        return f"list[{name}]" if field.schema.many else name
    if isinstance(field, containers.VariadicTuple):
        return f"tuple[{label(field.inner)}, ...]"
    if isinstance(field, encoded.EncodedBytes):
        return f"function-after[{field.function}(), {label(field.inner)}]"
    if isinstance(field, secret.SecretField):
        return _secret(field)
    if isinstance(field, NamedTuple):
        return field.kind.__name__
    if isinstance(field, ma.Tuple):
        return f"tuple[{', '.join(map(label, field.tuple_fields))}]"
    if isinstance(field, containers.SequenceOf):
        inner = f"list[{label(field.inner)}]"
        if field.any_text:
            return f"json-or-python[json={inner},python=is-instance[Sequence]]"
        return f"json-or-python[json={inner},python=chain[is-instance[Sequence],function-wrap[sequence_validator()]]]"
    if isinstance(field, ma.List):
        kind = getattr(field, "container", list).__name__
        return f"{kind}[{label(field.inner)}]"
    if isinstance(field, fields.JsonText):
        return f"json[{label(field.inner)}]"
    if isinstance(field, ma.Dict):
        kind = next((kind for each, kind in _DICTS.items() if isinstance(field, each)), "dict")
        return f"{kind}[{_inner(field.key_field)},{_inner(field.value_field)}]"
    return _scalar(field)


def _model(schema: Schema) -> str:
    """A class, with those of its own validators that stand around the whole."""
    name = type(schema).__name__
    for function in getattr(schema, "around", ()):
        name = f"function-wrap[{_function(function)}()]"
    for function in getattr(schema, "after", ()):
        name = f"function-after[{_function(function)}(), {name}]"
    return name


def _scalar(field: ma.Field[object]) -> str:
    if isinstance(field, fields.Literal):
        return f"literal[{','.join(map(repr, field.choices))}]"
    if isinstance(field, fields.Enum):
        if not field.enum.__members__:
            return f"is-instance[{field.enum.__qualname__}]"
        kind = next((f"{base.__name__}-" for base in (str, int, float) if issubclass(field.enum, base)), "")
        return f"{kind}enum[{field.enum.__name__}]"
    if isinstance(field, fields.Instance):
        return f"is-instance[{field.kind.__qualname__}]"
    for kind_of_address, (function, name) in _ADDRESSES.items():
        if isinstance(field, kind_of_address):
            strict = f"json-or-python[json=function-after[{name}(), str],python=is-instance[{name}]]"
            return f"lax-or-strict[lax=function-plain[{function}_validator()],strict={strict}]"
    name = next((name for kind, name in _NAMES.items() if isinstance(field, kind)), type(field).__name__)
    if isinstance(field, standard.FilePath):
        return _path(field)
    if isinstance(field, standard.Pattern):
        return f"function-plain[pattern_{'either' if field.kind is None else field.kind.__name__}_validator()]"
    constraints = getattr(field, "constraints", None)
    limited = (constraints is not None and constraints.limited) or isinstance(field, fields.Text)
    return f"constrained-{name}" if limited and name in _CONSTRAINED else name


def _secret(field: secret.SecretField) -> str:
    name = field.kind.__name__
    if not issubclass(field.kind, SecretStr | SecretBytes):
        inside = label(field.inner)
        return (
            f"json-or-python[json=function-after[<lambda>(), {inside}],python=function-wrap[validate_secret_value()]]"
        )
    read = f"function-after[{name}(), {label(field.inner)}]"
    either = f"json-or-python[json={read},python=union[is-instance[{name}],{read}]]"
    return f"lax-or-strict[lax={either},strict={either}]"


def _path(field: standard.FilePath) -> str:
    read = "function-after[path_validator(), str]"
    either = f"json-or-python[json={read},python=is-instance[{field.kind.__name__}]]"
    name = f"lax-or-strict[lax=union[{either},{read}],strict={either}]"
    return f"function-after[validate_{field.must_be}(), {name}]" if field.must_be else name


def _function(function: object) -> str:
    return getattr(function, "__qualname__", type(function).__name__).rpartition(".")[2]
