"""Fields for values that have been validated already: those of an instance of a response's model.

As in pydantic, the functions and the tidying that a request's values go through are not applied to them once more;
types and limits are still checked.
"""

from __future__ import annotations

import copy
from typing import Any

import marshmallow.fields as ma

from .. import fields
from .wrapped import Around

_INSIDE = ("inner", "key_field", "value_field")


def settled(field: ma.Field[Any]) -> ma.Field[Any]:
    """The field without functions before, around and after its conversion, also inside it; itself where it has none."""
    made: Any = copy.copy(field)
    functions = (*getattr(field, "before", ()), *getattr(field, "after", ()))
    changed = isinstance(field, Around | fields.Text) or bool(functions)
    if changed:
        made.before, made.after, made.quiet = [], [], True
    if isinstance(field, fields.Text):
        made.strip = made.coerce = False
    if getattr(field, "past", None) is not None:
        changed, made.past = True, None
    if getattr(field, "decodes", False):
        changed, made.decodes = True, False
    if getattr(field, "asks", False):
        changed, made.asks = True, False
    if getattr(field, "must_be", ""):
        changed, made.must_be = True, ""
    for name in _INSIDE:
        inner = getattr(field, name, None)
        if inner is not None and (quiet := settled(inner)) is not inner:
            changed = True
            setattr(made, name, quiet)
    for name in ("members", "tuple_fields"):
        parts = getattr(field, name, ())
        found = [settled(part) for part in parts]
        if any(quiet is not part for quiet, part in zip(found, parts, strict=True)):
            changed = True
            setattr(made, name, found)
    return made if changed else field
