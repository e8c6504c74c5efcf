"""Which attributes of an instance the input set: pydantic's `model_fields_set` for dataclasses.

Pairs https://fastapi.tiangolo.com/tutorial/body-updates/#using-pydantics-exclude_unset-parameter with a note on each
instance. Every attribute of one made by calling its class counts as set, as with FastAPI's own dataclasses; inherit
from `Model` to have the arguments of that call noted instead, or where `slots=True` leaves no room for the note.
"""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import typing
from collections.abc import Mapping
from typing import Any, Final, TypeVar

from .private import is_private

T = TypeVar("T")

_FIELDS_SET: Final = "__fields_set__"
_EXTRA: Final = "__fields_extra__"


class Model:
    """An optional base for dataclasses that remembers which arguments an instance was made with, for `fields_set`.

    The dataclass stays one of the standard library's; nothing of it is replaced.
    """

    __slots__ = (_FIELDS_SET,)

    def __new__(cls, *args: Any, **kwargs: Any) -> typing.Self:
        self = super().__new__(cls)
        names = [each.name for each in dataclasses.fields(cls) if each.init and not each.kw_only]  # type: ignore[arg-type]
        object.__setattr__(self, _FIELDS_SET, frozenset([*names[: len(args)], *kwargs]))
        return self


def remember(instance: Any, names: frozenset[str]) -> None:
    """Note which attributes of an instance are set, for `fields_set`."""
    # a class with slots may have no room: `fields_set` says so when it is asked
    with contextlib.suppress(AttributeError):
        object.__setattr__(instance, _FIELDS_SET, names)


def keep_extra(instance: Any, extra: Mapping[str, Any]) -> None:
    """Note what the input had beside the declared attributes, for a class that allows it: as attributes, if it can.

    What has the name of something that the class has, a method say, is kept and written, yet is no attribute.
    """
    attributes = {key: value for key, value in extra.items() if not _is_taken(instance, key)}
    vars(instance).update(attributes)
    if len(attributes) < len(extra):
        vars(instance)[_EXTRA] = dict(extra)


def extra_of(instance: Any) -> dict[str, Any]:
    """What an instance has beside the declared attributes; also what was set after it was made."""
    known = vars(instance)
    attributes = {name: value for name, value in known.items() if not _is_taken(instance, name)}
    # in the order of the input, without what was deleted since
    kept = known.get(_EXTRA, {})
    return {name: kept[name] for name in kept if name in attributes or _is_taken(instance, name)} | attributes


def _is_taken(instance: Any, name: str) -> bool:
    return name in instance.__dataclass_fields__ or name in (_FIELDS_SET, _EXTRA) or hasattr(type(instance), name)


def fields_set(obj: Any) -> frozenset[str]:
    """The names of the attributes that the input set (pydantic's `model_fields_set`).

    All of them for an instance that was made by calling its class, unless that inherits from `Model`.
    Raises TypeError for a class with `slots=True` that does not.
    """
    names = getattr(obj, _FIELDS_SET, None)
    if names is not None:
        return names  # type: ignore[no-any-return]
    if not hasattr(obj, "__dict__"):
        raise TypeError(f"{type(obj).__qualname__} has slots and no room to remember what was set: inherit from Model")
    return frozenset(each.name for each in dataclasses.fields(obj) if not is_private(each))


def copy_with(obj: T, changes: Mapping[str, Any]) -> T:
    """A copy of a dataclass instance with some attributes changed; they count as set, beside those that were.

    pydantic's `model_copy(update=...)`: nothing is validated, the class is not called.
    """
    made = copy.copy(obj)
    for name, value in changes.items():
        object.__setattr__(made, name, value)
    remember(made, fields_set(obj) | changes.keys())
    return made
