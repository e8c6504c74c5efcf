"""Types of one's own: functions before, after, around and in the place of a conversion, and limits in other words."""

from typing import Annotated, Any

from fastapi import APIRouter, Body
from pydantic import (
    AfterValidator,
    AllowInfNan,
    BaseModel,
    BeforeValidator,
    Field,
    PlainValidator,
    RootModel,
    Strict,
    StringConstraints,
    ValidateAs,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from typing_extensions import TypeAliasType

router = APIRouter(prefix="/own")


def without_hyphens(value: Any) -> Any:
    return value.replace("-", "") if isinstance(value, str) else value


def with_check_digit(isbn: str) -> str:
    if len(isbn) != 13 or not (isbn.isascii() and isbn.isdigit()):
        raise ValueError("an ISBN has thirteen digits")
    if sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(isbn)) % 10:
        raise ValueError("a digit of this ISBN is wrong")
    return isbn


def in_minutes(value: Any, handler: ValidatorFunctionWrapHandler) -> int:
    if isinstance(value, str) and ":" in value:
        hours, _, minutes = value.partition(":")
        value = int(handler(hours)) * 60 + int(handler(minutes))
    minutes_in_all: int = handler(value)
    return minutes_in_all


def yes_or_no(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value not in ("yes", "no"):
        raise ValueError("say yes or no")
    return bool(value == "yes")


class PagesAsSent(BaseModel):
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


class Book(BaseModel):
    isbn: Isbn
    takes: Minutes
    shelf: Shelf
    copies: Annotated[int, Strict(), Field(ge=0, le=100)] = 1
    weight: Weight = 1.0
    lent: YesNo = False


class Outline(BaseModel):
    title: str
    contents: Contents


class Order(RootModel[dict[Isbn, Annotated[int, Field(ge=1, le=1000)]]]):
    """How many copies of which book."""


@router.get("/books/{isbn}")
async def find_book(isbn: Isbn, takes: Minutes = 60) -> dict[str, Any]:
    """Take such types from the path and the query."""
    return {"isbn": isbn, "takes": takes}


@router.post("/books/")
async def create_book(book: Book) -> Book:
    """Take and return a model of such types."""
    return book


@router.post("/orders/")
async def create_order(order: Order) -> dict[str, int]:
    """Take a dictionary whose keys are of such a type."""
    return {"books": len(order.root), "copies": sum(order.root.values())}


@router.post("/outlines/")
async def create_outline(outline: Outline) -> Outline:
    """Take and return a type that has a name of its own, and contains itself."""
    return outline


@router.post("/excerpts/")
async def measure_excerpt(pages: Annotated[Pages, Body()]) -> dict[str, int]:
    """Take a type that JSON has no form for, which is made of a model."""
    return {"pages": len(pages)}
