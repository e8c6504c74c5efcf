"""For an operation of the document: a valid request, and every place in it that takes text, which may be an attacker's.

Places are path, query, header and cookie parameters, whatever their types, since all of them come as text; and each
text inside each body that the operation takes, at any depth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from tests.parity.compare import Case
from tests.parity.generate import OperationUnderTest, encoded
from tests.parity.values import FORMATS, resolve, text_of

Place = tuple[str | int, ...]
"""("query", "q"), or ("body", "tags", 0): where a text stands."""

INNOCENT = "innocent"
#: What the patterns of the document ask for.
KNOWN = (INNOCENT, "password", "refresh_token", "title", "a-b", "AB-1234", "10")


@dataclass(frozen=True)
class Request:
    """A request in parts; its `case` is what is sent."""

    operation: OperationUnderTest
    parameters: dict[Place, Any]
    media: str | None = None
    body: Any = None

    @property
    def case(self) -> Case:
        """The request on the wire."""
        path, query, headers, cookies = self.operation.path, [], [], []
        for (place, name), value in self.parameters.items():
            text = text_of(value[0] if isinstance(value, list) and value else value)
            if place == "path":
                path = path.replace("{" + str(name) + "}", quote(text, safe=""))
            elif place == "query":
                query.append(f"{quote(str(name))}={quote(text, safe='')}")
            else:
                # As a server hands it on: what would end the header is refused by every one.
                clean = "".join(letter for letter in text if letter >= " ").encode().decode("latin-1")
                (headers if place == "header" else cookies).append((str(name), clean))
        if cookies:
            headers.append(("cookie", "; ".join(f"{name}={text}" for name, text in cookies)))
        body = None
        if self.media is not None:
            schema = self.operation.bodies[self.media]
            content_type, body = encoded(self.media, self.body, schema, self.operation.components)
            headers.append(("content-type", content_type))
        url = path + ("?" + "&".join(query) if query else "")
        return Case(self.operation.method.upper(), url, tuple(headers), body)

    def places(self) -> Iterator[Place]:
        """Every place that takes text."""
        yield from ((one["in"], one["name"]) for one in self.operation.parameters)
        yield from (("body", *place) for place in _texts(self.body))

    def having(self, place: Place, text: str) -> Request:
        """The same request with this text in one place."""
        if place[0] == "body":
            return replace(self, body=_replaced(self.body, place[1:], text))
        return replace(self, parameters={**self.parameters, place: text})


def requests(operation: OperationUnderTest) -> Iterator[Request]:
    """A request for each media type that the operation takes: the required parameters, and a body with everything."""
    components = operation.components
    parameters: dict[Place, Any] = {
        (one["in"], one["name"]): plain(one.get("schema", {}), components)
        for one in operation.parameters
        if one.get("required")
    }
    for media in operation.bodies or [None]:
        body = None if media is None else plain(operation.bodies[media], components)
        yield Request(operation, parameters, media, body)


def plain(schema: Any, components: dict[str, Any], depth: int = 0) -> Any:
    """A value that the schema allows: text wherever it may be, and all properties."""
    schema = resolve(schema, components)
    if not isinstance(schema, dict) or not schema:
        return INNOCENT
    options = [resolve(option, components) for option in schema.get("anyOf", schema.get("oneOf", []))]
    if options:
        texts = [
            one for one in options if isinstance(one, dict) and one.get("type") == "string" and "pattern" not in one
        ]
        return plain((texts or options)[0], components, depth)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        properties = {} if depth > 4 else schema.get("properties", {})
        return {name: plain(one, components, depth + 1) for name, one in properties.items()}
    if kind == "array":
        items = schema.get("prefixItems") or [schema.get("items", {})] * schema.get("minItems", 1)
        return [plain(one, components, depth + 1) for one in items]
    if kind in ("integer", "number"):
        return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
    if kind in ("boolean", "null"):
        return {"boolean": True}.get(kind)
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]][0]
    if "pattern" in schema:
        return next((text for text in KNOWN if re.search(schema["pattern"], text)), INNOCENT)
    return (INNOCENT * (1 + schema.get("minLength", 0) // len(INNOCENT)))[: schema.get("maxLength")]


def _texts(value: Any) -> Iterator[Place]:
    if isinstance(value, str):
        yield ()
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield from ((name, *place) for place in _texts(one))


def _replaced(value: Any, place: Place, text: str) -> Any:
    if not place:
        return text
    first, *rest = place
    if isinstance(value, dict):
        return {**value, first: _replaced(value[first], tuple(rest), text)}
    return [_replaced(one, tuple(rest), text) if number == first else one for number, one in enumerate(value)]
