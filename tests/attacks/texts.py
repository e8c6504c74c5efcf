"""For an operation of the document: a valid request, and every place in it that takes text, which may be an attacker's.

Places are path, query, header and cookie parameters, whatever their types, since all of them come as text; credentials;
and each text inside each body that the operation takes, at any depth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from myapp.accounts import changes
from myapp.digest import challenge
from myapp.models import User
from myapp.passwords import hash_password
from myapp.settings import Settings
from tests.parity.compare import Case
from tests.parity.credentials import ADMINISTRATOR, EXCHANGE, basic, code_form, digest, token
from tests.parity.database import PASSWORD
from tests.parity.generate import OperationUnderTest, encoded
from tests.parity.values import FORMATS, resolve, text_of

Place = tuple[str | int, ...]
"""("query", "q"), or ("body", "tags", 0): where a text stands."""

INNOCENT = "innocent"
_NAME = "1"
"""A name in an object that takes any; a number may be one too."""
_MOST_KINDS = 8
"""No part of a body allows values of more kinds than these."""
#: What the patterns of the document ask for.
KNOWN = (INNOCENT, "password", "refresh_token", "title", "a-b", "AB-1234", "10")


def _sign_up_token() -> str:
    return changes.sign_up_token("new@example.com", Settings())


def _reset_token() -> str:
    owner = User(id=1, email="ada@example.com", password_hash=hash_password(PASSWORD))
    return changes.reset_token(owner, Settings())


def _digest() -> str:
    return digest(challenge(Settings()), "/security/digest")


_STAFF: dict[Place, Any] = {
    ("header", "x-token"): "fake-super-secret-token",
    ("header", "x-key"): "fake-super-secret-key",
}
_EDITOR: dict[Place, Any] = {("header", "x-editor"): "ada"}
_PRICE: dict[Place, Any] = {("body", "price"): "9.90"}
_ISBN = "9780306406157"
#: What an operation wants besides what the document says of it: values, or functions that make them. Without it the
#: operation refuses every request, and no text gets any further.
GIVEN: dict[str, dict[Place, Any]] = {
    "GET /first-steps/routers/drafts/": _EDITOR,
    "GET /first-steps/routers/drafts/{draft_id}/comments/{comment_id}": _EDITOR,
    "GET /first-steps/routers/v2/version": _EDITOR,
    "GET /body-updates/profiles/{name}": {("path", "name"): "ada"},
    "PUT /body-updates/profiles/{name}": {("path", "name"): "ada"},
    "PATCH /body-updates/profiles/{name}": {("path", "name"): "ada"},
    "PATCH /body-updates/profiles/{name}/changes": {("path", "name"): "ada"},
    "POST /extra-data-types/events/": _PRICE,
    "POST /extra-data-types/events/plain/": _PRICE,
    "PUT /extra-data-types/events/{event_id}": _PRICE,
    "GET /extra-data-types/own/books/{isbn}": {("path", "isbn"): _ISBN},
    "POST /extra-data-types/own/books/": {
        ("body", "isbn"): _ISBN,
        ("body", "shelf"): "ab12",
        ("body", "copies"): 1,
        ("body", "lent"): "no",
    },
    "POST /extra-data-types/own/orders/": {("body",): {_ISBN: 1}},
    "POST /extra-data-types/feeds/": {("body", "color"): "#ff8800"},
    "GET /response-model/items/{name}": {("path", "name"): "pen"},
    "GET /response-model/items/{name}/unset": {("path", "name"): "pen"},
    "GET /response-model/items/{name}/defaults": {("path", "name"): "pen"},
    "GET /response-model/items/{name}/name": {("path", "name"): "pen"},
    "GET /response-model/items/{name}/public": {("path", "name"): "pen"},
    "POST /response-model/serializers/tickets/": _PRICE,
    "POST /response-model/serializers/tickets/stored/": _PRICE,
    "GET /custom-response/files/{name}": {("path", "name"): "guide.txt"},
    "GET /handling-errors/authors/{name}": {("path", "name"): "ada"},
    "POST /dependencies/protected/": _STAFF,
    "GET /dependencies/staff/posts/": _STAFF,
    "DELETE /dependencies/staff/posts/{post_id}": _STAFF,
    # Without a limit it never ends.
    "GET /server-sent-events/notifications": {("query", "limit"): "1", ("header", "last-event-id"): "0"},
    "POST /security/token": {("body", "username"): "ada@example.com", ("body", "password"): PASSWORD},
    "POST /security/token/strict": {("body", "username"): "ada@example.com", ("body", "password"): PASSWORD},
    "GET /security/basic": {("header", "authorization"): basic("ada@example.com", PASSWORD)},
    "GET /security/api-key": {("header", "x-api-key"): "a key"},
    "GET /security/digest": {("header", "authorization"): _digest},
    "GET /security/openid/userinfo": {("header", "authorization"): f"Bearer {token(1, 'openid')}"},
    "POST /security/openid/token": {
        **{("body", name): value for name, value in EXCHANGE.items()},
        ("body", "code"): lambda: code_form()["code"],
    },
    "POST /security/account/": {("body", "token"): _sign_up_token},
    "POST /security/account/refresh": {("body", "refresh_token"): "refresh-1"},
    "POST /security/account/reset-password": {("body", "token"): _reset_token},
    "POST /security/account/change-password": {("body", "current_password"): PASSWORD},
    "POST /security/account/deactivate": {("body", "password"): PASSWORD},
    "POST /sql-databases/users/": {("body", "email"): "new@example.com"},
    "DELETE /sql-databases/etags/posts/{post_id}": {("header", "if-match"): "*"},
    "PATCH /sql-databases/etags/posts/{post_id}": {("header", "if-match"): "*"},
}


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
        documented = ((one["in"], one["name"]) for one in self.operation.parameters)
        yield from dict.fromkeys((*documented, *self.parameters))
        yield from (("body", *place) for place in _texts(self.body))

    def having(self, place: Place, text: str) -> Request:
        """The same request with this text in one place."""
        if place[0] == "body":
            return replace(self, body=_replaced(self.body, place[1:], text))
        return replace(self, parameters={**self.parameters, place: text})


def requests(operation: OperationUnderTest, given: Mapping[str, dict[Place, Any]] = GIVEN) -> Iterator[Request]:
    """Requests with the required parameters, an administrator's token where one is wanted, and what is `given`.

    For each media type that the operation takes there is a body with everything, and one more for each further kind of
    value that a part of it may have.
    """
    components = operation.components
    parameters: dict[Place, Any] = {
        (one["in"], one["name"]): plain(one.get("schema", {}), components)
        for one in operation.parameters
        if one.get("required")
    }
    if operation.protected:
        parameters["header", "authorization"] = ADMINISTRATOR["authorization"]
    values = {place: one() if callable(one) else one for place, one in given.get(str(operation), {}).items()}
    parameters.update({place: one for place, one in values.items() if place[0] != "body"})
    for media in operation.bodies:
        bodies: list[Any] = []
        for choice in range(_MOST_KINDS):
            body = plain(operation.bodies[media], components, choice)
            for place, one in values.items():
                if place[0] == "body":
                    body = _replaced(body, place[1:], one)
            if body not in bodies:
                bodies.append(body)
                yield Request(operation, parameters, media, body)
    if not operation.bodies:
        yield Request(operation, parameters)


def plain(schema: Any, components: dict[str, Any], choice: int = 0, depth: int = 0) -> Any:
    """A value that the schema allows: text wherever it may be, and all properties.

    Where values of several kinds are allowed, `choice` is the number of the one that is made.
    """
    schema = resolve(schema, components)
    if not isinstance(schema, dict) or not schema:
        return INNOCENT
    if kinds := [resolve(kind, components) for kind in schema.get("anyOf", schema.get("oneOf", []))]:
        kinds = [kind for kind in kinds if kind != {"type": "null"}]
        # Text first: sort() keeps the order of the others.
        kinds.sort(key=lambda kind: not isinstance(kind, dict) or kind.get("type") != "string" or "pattern" in kind)
        assert len(kinds) <= _MOST_KINDS
        return plain(kinds[choice if choice < len(kinds) else 0], components, choice, depth)
    if schema.get("contentMediaType") == "application/json":
        return plain(schema.get("contentSchema", {}), components, choice, depth)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        properties = {} if depth > 4 else dict(schema.get("properties", {}))
        if depth <= 4 and isinstance(schema.get("additionalProperties"), dict):
            name = plain(schema["propertyNames"], components) if "propertyNames" in schema else _NAME
            properties[name] = schema["additionalProperties"]
        return {name: plain(one, components, choice, depth + 1) for name, one in properties.items()}
    if kind == "array":
        items = schema.get("prefixItems") or [schema.get("items", {})] * max(1, schema.get("minItems", 1))
        return [plain(one, components, choice, depth + 1) for one in items]
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
