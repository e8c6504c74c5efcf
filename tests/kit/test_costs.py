"""What a hostile client could make expensive: the steps or the memory grow with what was sent, and the answers stay."""

from __future__ import annotations

import encodings
import random
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Annotated, Any, Literal

import pytest

from myapp.kit import Field
from myapp.kit.body_limit import FORM_LIMITS
from myapp.kit.errors import HTTPException
from myapp.kit.forms import _urlencoded
from myapp.kit.functional import AfterValidator
from myapp.kit.multipart import _charset
from myapp.kit.typehints import field_for
from myapp.kit.websockets.wire import BACKLOG, Wire
from tests.kit.both import agree
from tests.kit.conversions import Twins


def test_names_before_an_email_address() -> None:
    """Random texts of what may be around an address are read as pydantic reads them."""
    signs = random.Random(7)
    names = ['"', "a", '"a"', " ", "", '""', "a.b", "<"]
    ends = ["<a@bb.cc>", " <A@Bb.cc > ", "<<a@bb.cc>", '"<a@bb.cc>', ">", "a@bb.cc"]
    texts = (
        signs.choice(names) + "".join(signs.choices(' \t<>"a.@é(', k=signs.randrange(6))) + signs.choice(ends)
        for _ in range(4000)
    )
    Twins(lambda m: m.EmailStr).check(*texts)


@pytest.mark.parametrize("text", ["a" + " " * 2000 + "<", "<" + " " * 2040, '"' + " " * 1000 + '"<' * 400 + "x"])
def test_long_texts_that_are_no_email_address(text: str, own_time: Callable[[], float]) -> None:
    """A text that looks like the beginning of an address all along is refused, and at once."""
    twins = Twins(lambda m: m.EmailStr)
    began = own_time()
    assert twins.kit(text)[0] == "errors"
    assert own_time() - began < 1


COUNTED: list[int] = []


def count(number: int) -> int:
    """Note that a leaf was read."""
    COUNTED.append(number)
    return number


@dataclass
class Leaf:
    """The end of a chain."""

    number: Annotated[int, AfterValidator(count)]
    kind: Literal["leaf"] = "leaf"


@dataclass
class Node:
    """A link of a chain."""

    child: Leaf | Node
    name: str = "n"


@dataclass
class Tagged:
    """A link of a chain whose next one says what it is."""

    child: Annotated[Leaf | Tagged, Field(discriminator="kind")]
    kind: Literal["link"] = "link"


@pytest.mark.parametrize(("made", "more"), [(Node, {"name": "n"}), (Tagged, {"kind": "link"})])
def test_a_class_that_contains_itself_in_a_union(made: type, more: dict[str, str]) -> None:
    """The deeper a value, the more steps, but not three times as many for each level; the value is the same."""
    field = field_for(made | int)
    steps = []
    for depth in (4, 8):
        COUNTED.clear()
        value: Any = {"number": 5, "kind": "leaf"}
        for _ in range(depth):
            value = {"child": value, **more}
        loaded = field.deserialize(value)
        for _ in range(depth):
            assert type(loaded) is made
            loaded = loaded.child
        assert loaded == Leaf(5)
        steps.append(len(COUNTED))
    assert steps[1] <= 2 * steps[0]


CHARSETS = ("utf-8", "UTF8", "iso-8859-2", "Windows 1250", "l2", "utf-16", "hex", "rot13", "unicode_escape", "nonesuch")


def test_charsets_of_a_multipart_body() -> None:
    """Text in any of Python's charsets is read as FastAPI reads it; what is no charset of text is latin-1."""

    def build(lib: Any) -> None:
        @lib.post("/")
        def one(a: str = lib.Form()) -> Any:
            return a

    body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nab\xe9\xb1\r\n--x--\r\n'
    for charset in (*CHARSETS, "undefined", "iso.8859.15"):
        kind = f"multipart/form-data; boundary=x; charset={charset}".encode("latin-1")
        agree(build, ("POST /", {"content": body, "headers": {b"content-type": kind}}))


def test_charsets_that_cost_too_much() -> None:
    """Punycode and idna, which take a time that grows with the square of a text, are latin-1 as unknown names are."""
    for name in (b"punycode", b"Punycode", b"idna", b"nonesuch"):
        assert _charset(name) == "latin-1"


def test_names_of_charsets_are_not_kept() -> None:
    """Python keeps every name that it was asked for; those that clients make up don't get there."""
    before = len(encodings._cache)  # type: ignore[attr-defined]
    for number in range(50):
        assert _charset(b"made-up-%d" % number) == "latin-1"
    assert len(encodings._cache) == before  # type: ignore[attr-defined]


def test_a_form_of_far_too_many_fields() -> None:
    """It is given up at the first one too many, before there is an object in memory for each."""
    body = b"ab&" * 500_000
    tracemalloc.start()
    try:
        with pytest.raises(HTTPException, match="Too many fields"):
            list(_urlencoded(body, FORM_LIMITS))
        assert tracemalloc.get_traced_memory()[1] < 3 * len(body)
    finally:
        tracemalloc.stop()


def has_room(waiting: list[Any], most: int) -> bool:
    """Whether a connection on which these wait reads on."""
    connection: Any = SimpleNamespace(input_buffer=waiting, max_message_size=most)
    room: Any = Wire.has_room
    return bool(room.fget(connection))


def test_what_waits_for_a_view_is_bounded() -> None:
    """A WebSocket reads no further once as many messages wait as may, or they are as large as one may be."""
    assert has_room([], 10)
    assert has_room(["x" * 4, b"x" * 5], 10)
    assert not has_room(["x" * 4, b"x" * 6], 10)
    assert has_room(["x" * 40], 0)
    assert has_room([""] * (BACKLOG - 1), 10)
    assert not has_room([""] * BACKLOG, 10)
