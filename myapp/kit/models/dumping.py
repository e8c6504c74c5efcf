"""A model's dict: pydantic's `model_dump` for dataclasses.

Pairs https://fastapi.tiangolo.com/tutorial/body-updates/: `dump(item, exclude_unset=True)` is what a PATCH puts into
the stored item.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator, Mapping, Set
from typing import Any, TypeVar

import marshmallow.fields as ma

from .. import models
from ..encoders import is_instance
from ..fields.containers import dump_key
from .setfields import fields_set, remember

T = TypeVar("T")
Choice = Set[Any] | Mapping[Any, Any] | None


def dump(
    obj: Any,
    *,
    include: Choice = None,
    exclude: Choice = None,
    by_alias: bool = False,
    exclude_unset: bool = False,
    exclude_defaults: bool = False,
    exclude_none: bool = False,
) -> dict[str, Any]:
    """The attributes of a dataclass instance as a dict, nested instances as dicts too, every other value as it is.

    `include` and `exclude` are sets of names, or mappings that go deeper: `{"user": {"password"}, "items": {"__all__":
    {"id"}}}`. `exclude_unset` leaves out what the input did not set (see `fields_set`), `exclude_defaults` what equals
    its default, `exclude_none` what is None. Raises TypeError for anything but an instance of a dataclass.
    """
    if not is_instance(obj):
        raise TypeError(f"{obj!r} is not an instance of a dataclass")
    options = {
        "by_alias": by_alias,
        "exclude_unset": exclude_unset,
        "exclude_defaults": exclude_defaults,
        "exclude_none": exclude_none,
    }
    declared = _declared(type(obj))
    computed = [name for name, field in declared.items() if "computed" in field.metadata]
    given = fields_set(obj) | {*computed} if exclude_unset else None
    keys = {name: dump_key(name, field) for name, field in declared.items()} if by_alias else {}
    result: dict[str, Any] = {}
    for name, value, each in (*_values(obj), *((name, getattr(obj, name), None) for name in computed)):
        if (given is not None and name not in given) or _is_excluded(declared.get(name), value):
            continue
        if (exclude_none and value is None) or (exclude_defaults and each is not None and _is_default(each, value)):
            continue
        kept, inner = _choose(name, include, exclude)
        if kept:
            result[keys.get(name, name)] = _dump(value, inner, options)
    return result


def items_by_alias(obj: Any) -> Iterator[tuple[str, Any]]:
    """The attributes as they are, by their names on the wire. Raises TypeError where no Schema can be made."""
    declared = models.schema_for(type(obj))._declared_fields
    keys = {name: dump_key(name, field) for name, field in declared.items()}
    computed = [(name, getattr(obj, name)) for name, field in declared.items() if "computed" in field.metadata]
    for name, value in (*((name, value) for name, value, _ in _values(obj)), *computed):
        if not _is_excluded(declared.get(name), value):
            yield keys.get(name, name), value


def copy_with(obj: T, changes: Mapping[str, Any]) -> T:
    """A copy of a dataclass instance with some attributes changed; they count as set, beside those that were.

    pydantic's `model_copy(update=...)`: nothing is validated, the class is not called.
    """
    made = copy.copy(obj)
    for name, value in changes.items():
        object.__setattr__(made, name, value)
    remember(made, fields_set(obj) | changes.keys())
    return made


def _declared(cls: type[Any]) -> Mapping[str, ma.Field[Any]]:
    try:
        return models.schema_for(cls)._declared_fields
    except TypeError:  # no field reads one of its types: then it is no model, and has neither aliases nor exclusions
        return {}


def _is_excluded(field: ma.Field[Any] | None, value: Any) -> bool:
    info = None if field is None else field.metadata.get("info")
    return info is not None and bool(info.exclude or (info.exclude_if is not None and info.exclude_if(value)))


def _values(obj: Any) -> Iterator[tuple[str, Any, dataclasses.Field[Any] | None]]:
    """Names, values and declarations of the attributes, then the extra ones of `extra="allow"`."""
    declared = dataclasses.fields(obj)
    for each in declared:
        if hasattr(obj, each.name):
            yield each.name, getattr(obj, each.name), each
    config = getattr(obj, "model_config", None)
    if isinstance(config, models.ModelConfig) and config.extra == "allow":
        known = {each.name for each in declared}
        for name, value in vars(obj).items():
            if name not in known and not name.startswith("__"):
                yield name, value, None


def _is_default(each: dataclasses.Field[Any], value: Any) -> bool:
    if each.default_factory is not dataclasses.MISSING:
        return bool(value == each.default_factory())
    return each.default is not dataclasses.MISSING and bool(value == each.default)


def _choose(name: Any, include: Choice, exclude: Choice) -> tuple[bool, tuple[Choice, Choice]]:
    """Whether the part called `name` is kept, and what is to be included in and excluded from it."""
    inner_include, inner_exclude = _inner(name, include), _inner(name, exclude)
    if include is not None and inner_include is False:
        return False, (None, None)
    if inner_exclude is True:
        return False, (None, None)
    deeper = tuple(None if isinstance(each, bool) else each for each in (inner_include, inner_exclude))
    return True, deeper  # type: ignore[return-value]


def _inner(name: Any, choice: Choice) -> Any:
    """False when `choice` does not name the part, True when it names all of it, else the choice within it."""
    if choice is None:
        return False
    for key in (name, "__all__"):
        if key in choice:
            inner = choice[key] if isinstance(choice, Mapping) else True
            return True if inner is ... else inner
    return False


def _dump(value: Any, choices: tuple[Choice, Choice], options: Mapping[str, bool]) -> Any:
    include, exclude = choices
    if is_instance(value):
        return dump(value, include=include, exclude=exclude, **options)
    if isinstance(value, dict):
        kept = ((key, item, *_choose(key, include, exclude)) for key, item in value.items())
        return {key: _dump(item, inner, options) for key, item, keep, inner in kept if keep}
    if isinstance(value, list | tuple):
        items = ((item, *_choose(index, include, exclude)) for index, item in enumerate(value))
        result = [_dump(item, inner, options) for item, keep, inner in items if keep]
        return result if isinstance(value, list) else tuple(result)
    if isinstance(value, set | frozenset):
        return type(value)(_dump(item, (None, None), options) if not is_instance(item) else item for item in value)
    return value
