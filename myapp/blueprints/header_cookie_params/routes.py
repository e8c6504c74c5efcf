"""Headers and cookies, one by one and as models."""

from typing import Annotated

from flask import Blueprint

from myapp.blueprints.header_cookie_params.schemas import KnownCookies, KnownHeaders, PostHeaders, ReaderCookies
from myapp.kit import Cookie, Header, operation, router_options

bp = Blueprint("header_cookie_params", __name__, url_prefix="/header-cookie-params")
router_options(bp, tags=["header-cookie-params"])


@bp.get("/user-agent")
@operation()
def read_user_agent(user_agent: Annotated[str | None, Header()] = None) -> dict[str, str | None]:
    """Read the User-Agent header."""
    return {"User-Agent": user_agent}


@bp.get("/required")
@operation()
def read_required(x_reader_id: Annotated[int, Header(ge=1, description="Who reads")]) -> dict[str, int]:
    """Read a header that must be there and be a number."""
    return {"x_reader_id": x_reader_id}


@bp.get("/alias")
@operation()
def read_alias(token: Annotated[str, Header(alias="X-Post-Token", min_length=3)] = "none") -> dict[str, str]:
    """Read a header by a name of its own."""
    return {"token": token}


@bp.get("/underscores")
@operation()
def read_underscores(
    strange_header: Annotated[str | None, Header(convert_underscores=False)] = None,
) -> dict[str, str | None]:
    """Read a header whose name has an underscore."""
    return {"strange_header": strange_header}


@bp.get("/tokens")
@operation()
def read_tokens(x_token: Annotated[list[str] | None, Header()] = None) -> dict[str, list[str] | None]:
    """Read a header that may be sent more than once."""
    return {"X-Token values": x_token}


@bp.get("/hidden")
@operation()
def read_hidden(x_secret: Annotated[str | None, Header(include_in_schema=False)] = None) -> dict[str, str | None]:
    """Read a header that the document does not mention."""
    return {"x_secret": x_secret}


@bp.get("/models/headers")
@operation()
def read_headers(headers: Annotated[PostHeaders, Header()]) -> PostHeaders:
    """Read several headers into one model."""
    return headers


@bp.get("/models/headers/known")
@operation()
def read_known_headers(headers: Annotated[KnownHeaders, Header()]) -> dict[str, str | int]:
    """Read headers into a model that forbids any other."""
    return {"host": headers.host, "x_post": headers.x_post}


@bp.get("/models/headers/underscores")
@operation()
def read_headers_underscored(headers: Annotated[PostHeaders, Header(convert_underscores=False)]) -> PostHeaders:
    """Read headers into a model, names as they are spelled in Python."""
    return headers


@bp.get("/cookie")
@operation()
def read_cookie(last_post: Annotated[int | None, Cookie()] = None) -> dict[str, int | None]:
    """Read a cookie."""
    return {"last_post": last_post}


@bp.get("/cookie/required")
@operation()
def read_required_cookie(session: Annotated[str, Cookie(alias="session-id", max_length=32)]) -> dict[str, str]:
    """Read a cookie that must be there, by a name that Python could not spell."""
    return {"session": session}


@bp.get("/models/cookies")
@operation()
def read_cookies(cookies: Annotated[ReaderCookies, Cookie()]) -> ReaderCookies:
    """Read several cookies into one model."""
    return cookies


@bp.get("/models/cookies/known")
@operation()
def read_known_cookies(cookies: Annotated[KnownCookies, Cookie()]) -> KnownCookies:
    """Read cookies into a model that forbids any other."""
    return cookies
