"""Types of one's own: functions before, after, around and in the place of a conversion, and limits in other words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from flask import Blueprint
from typing_extensions import TypeAliasType

from myapp.kit import (
    AfterValidator,
    AllowInfNan,
    BeforeValidator,
    Body,
    Field,
    PlainValidator,
    RootModel,
    Strict,
    StringConstraints,
    ValidateAs,
    WrapValidator,
    operation,
)

bp = Blueprint("own", __name__, url_prefix="/own")


def without_hyphens(value: Any) -> Any:
    return value.replace("-", "") if isinstance(value, str) else value


def with_check_digit(isbn: str) -> str:
    if len(isbn) != 13 or not (isbn.isascii() and isbn.isdigit()):
        raise ValueError("an ISBN has thirteen digits")
    if sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(isbn)) % 10:
        raise ValueError("a digit of this ISBN is wrong")
    return isbn


def in_minutes(value: Any, handler: Callable[[Any], int]) -> int:
    if isinstance(value, str) and ":" in value:
        hours, _, minutes = value.partition(":")
        value = handler(hours) * 60 + handler(minutes)
    return handler(value)


def yes_or_no(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value not in ("yes", "no"):
        raise ValueError("say yes or no")
    return bool(value == "yes")


@dataclass
class PagesAsSent:
    first: int = Field(ge=1, le=10_000)
    last: int = Field(ge=1, le=10_000)


Isbn = Annotated[str, BeforeValidator(without_hyphens), AfterValidator(with_check_digit)]
Minutes = Annotated[int, Field(ge=0, le=10_000), WrapValidator(in_minutes)]
YesNo = Annotated[bool, PlainValidator(yes_or_no)]
Shelf = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, pattern="^[A-Za-z]{2}[0-9]{2}$")]
Pages = Annotated[range, ValidateAs(PagesAsSent, lambda sent: range(sent.first, sent.last + 1))]
Weight = Annotated[float, AllowInfNan(False), Field(gt=0)]
PageNumber = TypeAliasType("PageNumber", Annotated[int, Field(ge=1, le=10_000, description="As printed.")])
# Since Python 3.12: `type Contents = dict[str, Contents | PageNumber]`
Contents = TypeAliasType("Contents", "dict[str, Contents | PageNumber]")


@dataclass
class Book:
    isbn: Isbn
    takes: Minutes
    shelf: Shelf
    copies: Annotated[int, Strict(), Field(ge=0, le=100)] = 1
    weight: Weight = 1.0
    lent: YesNo = False


@dataclass
class Outline:
    title: str
    contents: Contents


class Order(RootModel[dict[Isbn, Annotated[int, Field(ge=1, le=1000)]]]):
    """How many copies of which book."""


@bp.get("/books/<isbn>")
@operation()
def find_book(isbn: Isbn, takes: Minutes = 60) -> dict[str, Any]:
    """Take such types from the path and the query."""
    return {"isbn": isbn, "takes": takes}


@bp.post("/books/")
@operation()
def create_book(book: Book) -> Book:
    """Take and return a model of such types."""
    return book


@bp.post("/orders/")
@operation()
def create_order(order: Order) -> dict[str, int]:
    """Take a dictionary whose keys are of such a type."""
    return {"books": len(order.root), "copies": sum(order.root.values())}


@bp.post("/outlines/")
@operation()
def create_outline(outline: Outline) -> Outline:
    """Take and return a type that has a name of its own, and contains itself."""
    return outline


@bp.post("/excerpts/")
@operation()
def measure_excerpt(pages: Annotated[Pages, Body()]) -> dict[str, int]:
    """Take a type that JSON has no form for, which is made of a model."""
    return {"pages": len(pages)}
