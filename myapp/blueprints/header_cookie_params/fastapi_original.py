"""Headers and cookies, one by one and as models."""

from typing import Annotated

from fastapi import APIRouter, Cookie, Header
from pydantic import BaseModel, Field

router = APIRouter(prefix="/header-cookie-params", tags=["header-cookie-params"])


class PostHeaders(BaseModel):
    host: str
    save_data: bool
    if_modified_since: str | None = None
    traceparent: str | None = None
    x_tag: list[str] = Field(default_factory=list)


class KnownHeaders(BaseModel):
    """The headers that every client sends, and one of ours; any other is refused."""

    model_config = {"extra": "forbid"}

    host: str
    accept: str | None = None
    accept_encoding: str | None = None
    connection: str | None = None
    user_agent: str | None = None
    x_post: int = 1


class ReaderCookies(BaseModel):
    session_id: str
    last_post: int | None = None
    theme: str = "light"


class KnownCookies(BaseModel):
    """The cookies of this site; any other is refused."""

    model_config = {"extra": "forbid"}

    session_id: str
    theme: str = "light"


@router.get("/user-agent")
async def read_user_agent(user_agent: Annotated[str | None, Header()] = None) -> dict[str, str | None]:
    """Read the User-Agent header."""
    return {"User-Agent": user_agent}


@router.get("/required")
async def read_required(x_reader_id: Annotated[int, Header(ge=1, description="Who reads")]) -> dict[str, int]:
    """Read a header that must be there and be a number."""
    return {"x_reader_id": x_reader_id}


@router.get("/alias")
async def read_alias(token: Annotated[str, Header(alias="X-Post-Token", min_length=3)] = "none") -> dict[str, str]:
    """Read a header by a name of its own."""
    return {"token": token}


@router.get("/underscores")
async def read_underscores(
    strange_header: Annotated[str | None, Header(convert_underscores=False)] = None,
) -> dict[str, str | None]:
    """Read a header whose name has an underscore."""
    return {"strange_header": strange_header}


@router.get("/tokens")
async def read_tokens(x_token: Annotated[list[str] | None, Header()] = None) -> dict[str, list[str] | None]:
    """Read a header that may be sent more than once."""
    return {"X-Token values": x_token}


@router.get("/hidden")
async def read_hidden(x_secret: Annotated[str | None, Header(include_in_schema=False)] = None) -> dict[str, str | None]:
    """Read a header that the document does not mention."""
    return {"x_secret": x_secret}


@router.get("/models/headers")
async def read_headers(headers: Annotated[PostHeaders, Header()]) -> PostHeaders:
    """Read several headers into one model."""
    return headers


@router.get("/models/headers/known")
async def read_known_headers(headers: Annotated[KnownHeaders, Header()]) -> dict[str, str | int]:
    """Read headers into a model that forbids any other."""
    return {"host": headers.host, "x_post": headers.x_post}


@router.get("/models/headers/underscores")
async def read_headers_underscored(headers: Annotated[PostHeaders, Header(convert_underscores=False)]) -> PostHeaders:
    """Read headers into a model, names as they are spelled in Python."""
    return headers


@router.get("/cookie")
async def read_cookie(last_post: Annotated[int | None, Cookie()] = None) -> dict[str, int | None]:
    """Read a cookie."""
    return {"last_post": last_post}


@router.get("/cookie/required")
async def read_required_cookie(session: Annotated[str, Cookie(alias="session-id", max_length=32)]) -> dict[str, str]:
    """Read a cookie that must be there, by a name that Python could not spell."""
    return {"session": session}


@router.get("/models/cookies")
async def read_cookies(cookies: Annotated[ReaderCookies, Cookie()]) -> ReaderCookies:
    """Read several cookies into one model."""
    return cookies


@router.get("/models/cookies/known")
async def read_known_cookies(cookies: Annotated[KnownCookies, Cookie()]) -> KnownCookies:
    """Read cookies into a model that forbids any other."""
    return cookies
