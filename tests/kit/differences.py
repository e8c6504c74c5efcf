"""What the kit does otherwise than FastAPI and pydantic, on purpose: the tables, beside that of the folders.

`DECLARATIONS` and `VALUES` are strict expected failures (test_kept_differences.py, test_fields.py, test_containers.py):
a difference that heals fails the build. The README prints both, and what test_signatures.py has of keywords.
"""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from pathlib import PurePosixPath
from typing import Any

from tests.kit import different_apps as apps


@dataclass(frozen=True)
class Declaration:
    """A small application that is answered, or goes, differently: what is declared, why, and the request for it."""

    what: str
    why: str
    build: Callable[[Any], None]
    request: Any = "GET /"
    #: The table of the folders (tests/parity/differences.py) has it, too.
    in_folders: bool = False


@dataclass(frozen=True)
class Value:
    """Values that become something else, or are refused in other words: what they are, why, and of which types."""

    what: str
    why: str
    types: tuple[str, ...]
    inputs: tuple[Any, ...]
    strict: bool | None = None


DECLARATIONS = (
    Declaration(
        "a wrong item of `Iterable[int]` in a body",
        "pydantic finds it when the view reads it, which is a 500; the kit before",
        apps.iterable,
        ("POST /", {"json": ["x"]}),
    ),
    Declaration(
        "limits in `Query`, `Body` … behind a function in `Annotated`",
        "the kit checks limits before functions, as the document says of the input; FastAPI after them",
        apps.limit_after_function,
        "GET /?x=1",
    ),
    Declaration(
        "an attribute that only `__post_init__` sets",
        "pydantic drops it; a dataclass has it",
        apps.only_after_init,
        ("POST /", {"json": {"a": 1}}),
    ),
    Declaration(
        "a default that breaks its own limits",
        "pydantic never looks at an instance again; the kit answers 500, never a wrong body",
        apps.broken_instance,
    ),
    Declaration(
        "a header name with an underscore",
        "WSGI has one name for X-Y and X_Y; servers drop X_Y",
        apps.underscores,
        ("GET /", {"headers": {"strange_header": "x"}}),
        in_folders=True,
    ),
    Declaration(
        "a list in one header",
        "WSGI joins repeated headers with commas, so a comma separates",
        apps.commas,
        ("GET /", {"headers": {"x-tag": "a,b"}}),
        in_folders=True,
    ),
    Declaration(
        "a bare `list`",
        "FastAPI takes it for uploaded files; to the kit it is JSON",
        apps.bare_list,
        ("POST /", {"json": [1]}),
    ),
    Declaration(
        "a key that begins with `_sa`",
        "FastAPI drops it from every answer; the kit drops SQLAlchemy's attributes of objects only",
        apps.sqlalchemy_keys,
    ),
    Declaration(
        "`response_model_exclude_unset` of an instance that the view made",
        "a dataclass does not know which arguments it was called with; `kit.models.Model` does",
        apps.called_model,
    ),
    Declaration(
        "the type of an answer with a `Discriminator(custom_error_context=)`",
        "FastAPI can't hash it, which makes the document a 500; the kit writes it",
        apps.unhashable,
        "GET /openapi.json",
    ),
    Declaration(
        "JSON that is no object in a `Json[A | B]` of a form",
        "FastAPI reads the members as those of a form, in other words than a body's; the kit has one for all JSON",
        apps.json_union,
        ("POST /", {"data": {"x": "[1]"}}),
    ),
    Declaration(
        "`Json[list[int]] | None` of a query, header or form",
        "FastAPI gathers the texts in a list, which is no JSON, so that none is ever taken; the kit reads the text",
        apps.nullable_json_list,
        "GET /?x=[1]",
    ),
    Declaration("status 205", "FastAPI announces a Content-Length and sends nothing", apps.no_content(205)),
    Declaration("status 304", "Werkzeug drops the Content-Type of the body that is not there", apps.no_content(304)),
    Declaration(
        "a pure path in an answer of type Any",
        "pydantic refuses it; the kit writes it as text",
        apps.untyped(PurePosixPath("/a")),
    ),
    Declaration(
        "a complex number in an answer of type Any",
        "pydantic writes it as text; the kit refuses it",
        apps.untyped(1j),
    ),
    *(
        Declaration(
            f"an answer of type `{name} | int`",
            "pydantic writes an int of it as a str, which its document does not say",
            apps.union_of(name.partition("[")[0]),
        )
        for name in ("NameEmail", "Secret[str]")
    ),
    Declaration(
        "`*args` and `**kwargs` of a dependency",
        "FastAPI asks the query for `args` and `kwargs`, and can't call with them; the kit gives none",
        apps.variadic,
    ),
    Declaration(
        "a position beyond the end of a list in `response_model_include`",
        "pydantic counts from the start again; the kit includes nothing",
        apps.out_of_range,
    ),
    *(
        Declaration(
            "half a surrogate pair",
            "FastAPI can't write what it was sent, which is a 500; the kit escapes it",
            build,
            apps.HALF_A_PAIR,
            in_folders=True,
        )
        for build in (apps.limited_text, apps.echoed, apps.echoed_response)
    ),
    Declaration(
        "what is wrong with a class that contains itself in a dictionary, in a union",
        "pydantic calls the dictionary `dict[str,...]`, by the order in which it reads; the kit says its name",
        apps.contains_itself,
        ("POST /", {"json": {"a": "x"}}),
    ),
    Declaration(
        "a body of objects within objects, more than about 90 deep",
        "pydantic reads 255 levels; the kit as many as Python's stack has room for, and answers 422 beyond",
        apps.nests_deeply,
        ("POST /", {"json": reduce(lambda tree, _: {"branches": [tree]}, range(200), {"branches": []})}),
    ),
    Declaration(
        "an error handler that raises the error it was given",
        "FastAPI calls it again with that, once for the route and once for the application; the kit calls it once",
        apps.raises_again,
    ),
    Declaration(
        "a handler of `Exception`, for what fails when the answer has begun",
        "FastAPI calls it and can't send what it answers; the kit leaves the error to the server and its log",
        apps.fails_on_the_way,
    ),
    Declaration(
        'events that fail while dependencies of `scope="function"` are being closed',
        "FastAPI runs the generator meanwhile, and answers 500; the kit runs it when the answer has begun",
        apps.fails_while_closing,
    ),
    Declaration(
        "the component of a model with a serializer, in one whose serializer does not show it",
        "pydantic describes what it would become, to which nothing refers; the kit describes what is used",
        apps.hidden_by_a_serializer,
    ),
    Declaration(
        "the component of a `type` alias of a class, beside the class in another one",
        "pydantic has a reference to the class there, and where the alias is alone the class itself; the kit always",
        apps.two_names,
    ),
    Declaration(
        "what is wrong with a union that has a `type` alias in it, when that is used twice",
        "pydantic calls it `...` there, by the order in which it reads; the kit says what it is",
        apps.named_twice,
        ("POST /", {"json": {"a": {"b": "x"}, "b": 1}}),
    ),
    Declaration(
        "a `type` alias of a list in `Annotated`, of a query, header or form",
        "FastAPI reads one text, which is no list, so that nothing is ever taken; the kit reads the list",
        apps.named_list,
        "GET /?name=a",
    ),
    Declaration(
        "a form whose charset is Punycode",
        "a client could keep a worker busy with it; the kit takes it for latin-1",
        apps.text_field,
        ("POST /", apps.PUNYCODE),
    ),
)


class Colour(enum.Enum):
    """Values of one type."""

    RED = "red"
    BLUE = "blue"


class Mixed(enum.Enum):
    """Values of several types, and a member that stands for unknown text."""

    A = "a"
    ONE = 1
    NOTHING = None
    LARGE = 1.5

    @classmethod
    def _missing_(cls, value: object) -> "Mixed | None":
        return cls.A if value == "x" else None


VALUES = (
    Value(
        "a member of an Enum of text where an int is wanted",
        "pydantic returns the text as an int; the kit refuses it",
        ("int",),
        (Colour.RED, Mixed.NOTHING),
    ),
    Value(
        "the same where an IntEnum is wanted",
        "pydantic takes the text for an int that is too large; the kit says which members there are",
        ("Size", "Known", "Rights"),
        (Colour.RED, Mixed.NOTHING),
    ),
    Value("a Fraction for an int or a time", "no request holds one", ("int",), (Fraction(2),)),
    Value("a Fraction for an int or a time", "no request holds one", ("float", "datetime"), (Fraction(1, 2),)),
    Value(
        "an empty tuple for an `IPv4Network`",
        "pydantic lets an IndexError through, which is a 500; the kit answers 422",
        ("IPv4Network",),
        ((),),
    ),
    Value(
        "a timedelta with anything behind six digits of a second",
        "pydantic leaves unread what is there, `00:00:01.500000 or so`; the kit refuses it",
        ("timedelta",),
        ("00:00:01.500000 or so", "00:00:01.301697Z"),
    ),
    Value(
        "a timedelta of more seconds than there are",
        "pydantic lets an OverflowError through, which is a 500; the kit answers 422",
        ("timedelta",),
        (-86399999999999,),
    ),
    Value(
        "`Field(strict=True)` on a URL",
        "pydantic refuses what the URL Standard merely frowns upon; the kit refuses other types only",
        ("HttpUrl", "AnyUrl"),
        (
            *("fe80::1%eth0", "http://example.com:8080/a b", "http:example.com", "http:\\\\example.com\\x"),
            *("data:text/plain,hi there", "http://example.com/?a=b&c=d e'\"<>`", 'http://example.com/{}|\\^`"<>'),
            *("http://a@b@c/", " http://example.com ", "http://exa\tmple.com"),
        ),
        strict=True,
    ),
)
#: Of containers, by their names in test_containers.py; the inputs as `repr` shows them.
OF_CONTAINERS = (
    Value(
        'a key that is no str, where `extra="forbid"`',
        "pydantic says `invalid_key` of it; no JSON object has one",
        ("Forbids",),
        ("{1: 1, 'a': 'b'}", "{b'a': 1}"),
    ),
)
