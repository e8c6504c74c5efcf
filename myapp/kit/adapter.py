"""A type hint by itself: values validated by hand, where no `@operation` reads them, and its JSON Schema.

Pairs https://docs.pydantic.dev/latest/concepts/type_adapter/ with the field that the type hint has. FastAPI's page on
bodies that a view reads itself
(https://fastapi.tiangolo.com/advanced/path-operation-advanced-configuration/#custom-openapi-content-type) calls a
model's `model_validate` and `model_json_schema`; a dataclass has neither, in pydantic too::

    recipes = TypeAdapter(Recipe)

    recipe = recipes.validate_python(yaml.safe_load(request.get_data()))
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Generic, Literal, TypeVar, overload

import marshmallow
from apispec import APISpec

from .errors import Fault, faults, flatten
from .fields import JsonText
from .fields.json_text import WITHIN_JSON
from .models.attributes import reading_attributes
from .openapi.components import PREFIX
from .openapi.jsonschema import KitPlugin
from .typehints import field_for

T = TypeVar("T")

_DEFINITIONS: Final = "#/$defs/"
_JSON_WORDS: Final = {
    **dict.fromkeys(("list_type", "tuple_type", "set_type", "frozen_set_type"), "Input should be a valid array"),
    **dict.fromkeys(("model_type", "dataclass_type", "dict_type"), "Input should be an object"),
    "none_required": "Input should be null",
    "time_delta_type": "Input should be a valid duration",
}
"""What pydantic says otherwise when it has read the text itself."""


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
        self._json = JsonText(self.field)

    def validate_python(self, value: Any, /, *, from_attributes: bool = False) -> T:
        """The value converted and checked as one in a body is. Raises ValidationError.

        With `from_attributes` an object, of an ORM for example, is read like a dictionary of its attributes.
        """
        within = WITHIN_JSON.set(not from_attributes)
        read: Callable[[Any], Any] = self.field.deserialize
        try:
            return reading_attributes(read, value) if from_attributes else read(value)  # type: ignore[no-any-return]
        except marshmallow.ValidationError as error:
            raise ValidationError(error.messages, data=value) from error
        finally:
            WITHIN_JSON.reset(within)

    def validate_json(self, data: str | bytes, /) -> T:
        """The value of a text in JSON, converted and checked. Raises ValidationError, of malformed JSON too."""
        try:
            return self._json.deserialize(data)  # type: ignore[no-any-return]
        except marshmallow.ValidationError as error:
            found = [_worded_for_json(fault) for fault in faults(error.messages, data)]
            raise ValidationError(list[Any](found)) from error

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


def _worded_for_json(fault: Fault) -> Fault:
    return Fault(fault.type, _JSON_WORDS.get(fault.type, str(fault)), fault.input, fault.ctx, fault.loc)


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
