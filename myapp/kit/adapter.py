"""A type hint by itself: values validated by hand, where no `@operation` reads them, and its JSON Schema.

Pairs https://docs.pydantic.dev/latest/concepts/type_adapter/ with the field that the type hint has. FastAPI's page on
bodies that a view reads itself
(https://fastapi.tiangolo.com/advanced/path-operation-advanced-configuration/#custom-openapi-content-type) calls a
model's `model_validate` and `model_json_schema`; a dataclass has neither, in pydantic too::

    recipes = TypeAdapter(Recipe)

    recipe = recipes.validate_python(yaml.safe_load(request.get_data()))
"""

from __future__ import annotations

from typing import Any, Final, Generic, Literal, TypeVar, overload

import marshmallow
from apispec import APISpec

from .errors import flatten
from .fields.json_text import WITHIN_JSON
from .openapi.components import PREFIX
from .openapi.jsonschema import KitPlugin
from .typehints import field_for

T = TypeVar("T")

_DEFINITIONS: Final = "#/$defs/"


class ValidationError(marshmallow.ValidationError):
    """A value that was validated by hand is not of its type."""

    def errors(self) -> list[dict[str, Any]]:
        """The faults, each `{"type", "loc", "msg", "input"[, "ctx"]}`."""
        return flatten(self.messages, self.data)


class TypeAdapter(Generic[T]):
    """Reads values of any type hint that the kit reads. Made once, beside the view: it looks into classes.

    Raises TypeError, naming the type, where no field fits. https://docs.pydantic.dev/latest/api/type_adapter/
    """

    @overload
    def __init__(self, type: type[T]) -> None: ...
    @overload
    def __init__(self, type: Any) -> None: ...
    def __init__(self, type: Any) -> None:
        self.field = field_for(type)

    def validate_python(self, value: Any, /) -> T:
        """The value converted and checked as one in a body is. Raises ValidationError."""
        # in the words for what is read from dictionaries only: FastAPI alone reads bodies from attributes, too
        within = WITHIN_JSON.set(True)
        try:
            return self.field.deserialize(value)  # type: ignore[no-any-return]
        except marshmallow.ValidationError as error:
            raise ValidationError(error.messages, data=value) from error
        finally:
            WITHIN_JSON.reset(within)

    def json_schema(self, *, mode: Literal["validation", "serialization"] = "validation") -> dict[str, Any]:
        """JSON Schema 2020-12 of what is read, or of what is written; other classes are under its `$defs`.

        Written as in the document of an application.
        """
        plugin = KitPlugin()
        spec = APISpec("", "", "3.1.0", plugins=[plugin])
        converter = plugin.accepted if mode == "validation" else plugin.answered
        written = converter.field2property(self.field)
        named = plugin.definitions.renamed({"schema": written, "components": {"schemas": spec.components.schemas}})
        schema, known = _moved(named["schema"]), _moved(named["components"]["schemas"])
        name = schema.get("$ref", "").removeprefix(_DEFINITIONS)
        if name and len(schema) == 1 and not _refers(known, schema):
            schema = known.pop(name)
        return {**schema, **({"$defs": known} if known else {})}


def _moved(value: Any) -> Any:
    """A copy whose references are to `$defs`."""
    if isinstance(value, str):
        return _DEFINITIONS + value.removeprefix(PREFIX) if value.startswith(PREFIX) else value
    if isinstance(value, dict):
        return {key: _moved(item) for key, item in value.items()}
    return [_moved(item) for item in value] if isinstance(value, list) else value


def _refers(value: Any, to: Any) -> bool:
    if isinstance(value, dict):
        return value == to or any(_refers(item, to) for item in value.values())
    return isinstance(value, list) and any(_refers(item, to) for item in value)
