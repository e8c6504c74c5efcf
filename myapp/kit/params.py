"""What a parameter is told about itself: Path, Query, Header, Cookie, Body, Form, File, Depends, Security, Field.

Pairs https://fastapi.tiangolo.com/reference/parameters/ with marshmallow: each class carries the keywords of its
FastAPI namesake, and `myapp.kit.typehints` turns them, with the type hint beside them, into one marshmallow field.

Used as FastAPI's are, in `Annotated` or as the default value::

    def read_items(q: Annotated[str | None, Query(max_length=50)] = None): ...
    def read_items(q: str | None = Query(default=None, max_length=50)): ...
"""

from __future__ import annotations

import copy
import dataclasses
import functools
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final, Literal

from marshmallow import Schema

from .aliases import AliasChoices, AliasPath
from .functional import Discriminator
from .load_defaults import from_data
from .said import remembering


class _Undefined:
    """The absence of a value where `None` is a value."""

    def __repr__(self) -> str:
        return "Undefined"

    def __bool__(self) -> bool:
        return False

    def __deepcopy__(self, memo: Any) -> _Undefined:
        return self


Undefined: Final[Any] = _Undefined()


@remembering
@dataclasses.dataclass(kw_only=True, eq=False)
class FieldInfo:
    """The constraints and the documentation of one value; every keyword means what it means to FastAPI.

    `default` is `Undefined` (or `...`) when a value is required. `alias` is the name on the wire, both ways;
    `validation_alias` and `serialization_alias` set one way only. A `default_factory` of one argument is given the
    attributes before its own, as a dict, when a request is read; to call the class takes a value then.
    """

    default: Any = Undefined
    default_factory: Callable[..., Any] | None = None
    alias: str | None = None
    alias_priority: int | None = None
    validation_alias: str | AliasPath | AliasChoices | None = None
    serialization_alias: str | None = None
    title: str | None = None
    description: str | None = None
    gt: float | None = None
    ge: float | None = None
    lt: float | None = None
    le: float | None = None
    multiple_of: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | re.Pattern[str] | None = None
    max_digits: int | None = None
    decimal_places: int | None = None
    strict: bool | None = None
    allow_inf_nan: bool | None = None
    discriminator: str | Discriminator | None = None
    examples: Sequence[Any] | None = None
    example: Any = Undefined
    openapi_examples: Mapping[str, Mapping[str, Any]] | None = None
    deprecated: bool | str | None = None
    include_in_schema: bool = True
    json_schema_extra: Mapping[str, Any] | Callable[[dict[str, Any]], None] | None = None
    field_title_generator: Callable[[str, Any], str] | None = None
    exclude: bool | None = None
    exclude_if: Callable[[Any], bool] | None = None
    validate_default: bool | None = None
    coerce_numbers_to_str: bool | None = None
    union_mode: Literal["smart", "left_to_right"] | None = None
    fail_fast: bool | None = None
    #: The keywords that it was made with: a later `alias=None` takes back an earlier alias.
    said: Mapping[str, Any] = dataclasses.field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.default is ...:
            self.default = Undefined
        if self.default is not Undefined and self.default_factory is not None:
            raise TypeError("cannot specify both default and default_factory")
        if self.default_factory is not None:
            self.default_factory = from_data(self.default_factory)

    @property
    def required(self) -> bool:
        """Whether the request must carry a value."""
        return self.default is Undefined and self.default_factory is None

    def names(self, name: str) -> list[str]:
        """Under which names a request may hold the value of the argument `name`, the preferred one first."""
        alias = self.validation_alias
        if isinstance(alias, AliasChoices):
            names = [choice for choice in alias.choices if isinstance(choice, str)]
            if len(names) == len(alias.choices):
                return names
        return [alias if isinstance(alias, str) and alias else self.alias or name]

    @property
    def paths(self) -> list[tuple[str | int, ...]]:
        """Where in the input the value is looked for, in this order; empty when its own name is all."""
        alias = self.validation_alias or self.alias
        choices = alias.choices if isinstance(alias, AliasChoices) else () if alias is None else (alias,)
        return [each.path if isinstance(each, AliasPath) else (each,) for each in choices]

    def get_default(self) -> Any:
        """A fresh default: the factory's result, or a copy of the default (`Undefined` when required)."""
        return self.default_factory() if self.default_factory is not None else copy.deepcopy(self.default)


class Param(FieldInfo):
    """A value from the URL or the headers; `in_` is OpenAPI's word for where."""

    in_: ClassVar[Literal["path", "query", "header", "cookie"]]

    def __init__(self, default: Any = Undefined, **keywords: Any) -> None:
        super().__init__(default=default, **keywords)


class Path(Param):
    """A segment of the URL. https://fastapi.tiangolo.com/tutorial/path-params-numeric-validations/"""

    in_ = "path"

    def __init__(self, default: Any = Undefined, **keywords: Any) -> None:
        super().__init__(default, **keywords)
        if not self.required:
            raise TypeError("Path parameters cannot have a default value")


class Query(Param):
    """A value after the `?`. https://fastapi.tiangolo.com/tutorial/query-params-str-validations/"""

    in_ = "query"


class Header(Param):
    """A request header; `user_agent` reads `user-agent` unless `convert_underscores=False`.

    https://fastapi.tiangolo.com/tutorial/header-params/
    """

    in_ = "header"

    def __init__(self, default: Any = Undefined, *, convert_underscores: bool = True, **keywords: Any) -> None:
        super().__init__(default, **keywords)
        self.convert_underscores = convert_underscores


class Cookie(Param):
    """A cookie. https://fastapi.tiangolo.com/tutorial/cookie-params/"""

    in_ = "cookie"


class Body(FieldInfo):
    """The request body, or one named part of it when there are several or with `embed=True`.

    The first argument is the default, as in FastAPI, or the marshmallow Schema (class or instance) that reads the body:
    `post: Annotated[dict[str, Any], Body(PostIn)]` hands the view what `PostIn().load(...)` returns.
    https://fastapi.tiangolo.com/tutorial/body-multiple-params/
    """

    media_type = "application/json"

    def __init__(
        self,
        default: Any = Undefined,
        *,
        embed: bool | None = None,
        media_type: str | None = None,
        **keywords: Any,
    ) -> None:
        self.schema: Schema | None = None
        if isinstance(default, type) and issubclass(default, Schema):
            self.schema, default = default(), Undefined
        elif isinstance(default, Schema):
            self.schema, default = default, Undefined
        super().__init__(default=default, **keywords)
        self.embed = embed
        if media_type is not None:
            self.media_type = media_type


class Form(Body):
    """A field of an HTML form, or with a dataclass or Schema, or a union of only such, all of them.

    https://fastapi.tiangolo.com/tutorial/request-forms/ and https://fastapi.tiangolo.com/tutorial/request-form-models/
    A field that was left empty counts as not sent.
    """

    media_type = "application/x-www-form-urlencoded"

    def __init__(self, default: Any = Undefined, **keywords: Any) -> None:
        super().__init__(default, **keywords)
        if self.embed is not None:
            raise TypeError("a form is always an object with the parameters' names: there is no embed=")


class File(Form):
    """A file in a form: its content where the type is bytes, else an `UploadFile`, for which it may be left out.

    https://fastapi.tiangolo.com/tutorial/request-files/
    A part without file name and content counts as not sent.
    """

    media_type = "multipart/form-data"


@dataclasses.dataclass(frozen=True, eq=False)
class Depends:
    """A value that another callable provides, whose own parameters are read from the same request.

    Without `dependency` the annotated type itself is called. `use_cache=False` calls it again where one request needs
    it twice; `scope="function"` ends a `yield` dependency before the response is sent instead of after.

    `max_concurrency` is how many calls may run at the same time in one process; the requests after them wait, each in
    its thread or greenlet. A `yield` dependency counts until it has ended, its own dependencies do not, nor does a
    value that the request has already. The limit is this object's: the operations that are to share it share the
    object, by an `Annotated` alias, and what overrides the dependency keeps it. Raises ValueError for a limit that is
    no positive integer.
    https://fastapi.tiangolo.com/tutorial/dependencies/
    https://fastapi.tiangolo.com/advanced/advanced-dependencies/#limit-dependency-concurrency
    """

    dependency: Callable[..., Any] | None = None
    use_cache: bool = True
    scope: Literal["function", "request"] | None = None
    max_concurrency: int | None = dataclasses.field(default=None, kw_only=True)
    semaphore: threading.Semaphore | None = dataclasses.field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.max_concurrency is None:
            return
        if type(self.max_concurrency) is not int or self.max_concurrency < 1:
            raise ValueError("max_concurrency must be a positive integer or None")
        object.__setattr__(self, "semaphore", threading.Semaphore(self.max_concurrency))


@dataclasses.dataclass(frozen=True, eq=False)
class Security(Depends):
    """`Depends` for a security scheme, or for what depends on one, with the OAuth2 scopes that are needed here.

    The dependencies below may ask for them (`SecurityScopes`), and the document names them.
    https://fastapi.tiangolo.com/reference/dependencies/#security
    """

    scopes: Sequence[str] | None = None


def Field(default: Any = Undefined, **keywords: Any) -> Any:
    """The constraints and the documentation of one attribute of a dataclass.

    In `Annotated` (`title: Annotated[str, Field(max_length=300)]`) or as its default (`title: str =
    Field(max_length=300)`); the keywords are those of `FieldInfo`. It returns a `dataclasses.field()` that carries the
    `FieldInfo` in its metadata, so the standard library's own rules for defaults hold; its own `init`, `repr` and
    `kw_only` are passed on.
    https://fastapi.tiangolo.com/tutorial/body-fields/
    """
    own = {name: keywords.pop(name) for name in ("init", "repr", "kw_only") if name in keywords}
    info = FieldInfo(**keywords) if default is Undefined else FieldInfo(default=default, **keywords)
    if info.default_factory is not None:
        return dataclasses.field(default_factory=info.default_factory, metadata={FieldInfo: info}, **own)
    if type(info.default).__hash__ is None:
        # the standard library refuses a list, which all instances would share: each gets a copy, as in pydantic
        fresh = functools.partial(copy.deepcopy, info.default)
        return dataclasses.field(default_factory=fresh, metadata={FieldInfo: info}, **own)
    if info.default is not Undefined:
        return dataclasses.field(default=info.default, metadata={FieldInfo: info}, **own)
    return dataclasses.field(metadata={FieldInfo: info}, **own)


def field_info(value: Any) -> FieldInfo | None:
    """The `FieldInfo` in `value`, which is one, or a `dataclasses.field()` made by `Field`; else None."""
    if isinstance(value, FieldInfo):
        return value
    if isinstance(value, dataclasses.Field):
        found = value.metadata.get(FieldInfo)
        return found if isinstance(found, FieldInfo) else None
    return None
