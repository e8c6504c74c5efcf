"""The functions in `Annotated` around a type: validators, serializers, and what else changes how a field works.

Pairs https://docs.pydantic.dev/latest/concepts/validators/#using-the-annotated-pattern with marshmallow's fields.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .fields.lax import Informed
from .fields.omitted import omitting
from .fields.wrapped import Writing, around, written_by
from .functional import AfterValidator, BeforeValidator, OnErrorOmit, PlainValidator, WrapValidator, takes_info
from .functional_serializers import PlainSerializer, SerializeAsAny

if TYPE_CHECKING:
    from .typehints import Reader


def with_functions(field: Any, extras: Iterable[Any], reader: Reader) -> Any:
    """The field with the functions in `Annotated` around it: each sees what those before it have left of the value."""
    for each in extras:
        if isinstance(each, PlainSerializer):
            field = written_by(field, reader.writing(each.func, each))
            continue
        if isinstance(each, SerializeAsAny):  # type: ignore[misc]  # a type to type checkers
            field = written_by(field, Writing())
            continue
        if isinstance(each, OnErrorOmit):  # type: ignore[misc]
            field = omitting(field)
            continue
        if not isinstance(each, AfterValidator):
            continue  # nothing that is called
        wraps = isinstance(each, WrapValidator)
        function: Any = Informed(each.func) if takes_info(each.func, 2 if wraps else 1) else each.func
        if wraps or isinstance(each, PlainValidator):
            field = around(field, function, plain=not wraps)
        elif isinstance(each, BeforeValidator):
            field.before = field.pre_load = [function, *field.before]
        else:
            field.after = field.post_load = [*field.after, function]
    return field
