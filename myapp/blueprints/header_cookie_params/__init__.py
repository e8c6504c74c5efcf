"""FastAPI's `Header()` and `Cookie()` are the kit's markers of the same names, over Flask's headers and cookies.

## What FastAPI gives

`user_agent: Annotated[str | None, Header()]` reads `User-Agent`: the underscore becomes a hyphen, case does not
matter, the value is converted and checked like any other parameter. A list takes a header that is sent more than
once. `Cookie()` reads cookies; a Pydantic model reads many of either at once and may forbid the rest.

## What matches it here

| FastAPI | Flask |
|---|---|
| `Header()`, `Header(alias=, ge=, min_length=, include_in_schema=, …)` | `myapp.kit.Header`, same keywords |
| `Header(convert_underscores=False)` | the same keyword; see below |
| `Cookie()`, `Cookie(alias=, …)` | `myapp.kit.Cookie`, same keywords |
| a Pydantic model of headers or cookies | a dataclass (`schemas.py`) |
| `extra="forbid"` | `ModelConfig(extra="forbid")` |

A model that forbids other headers must name those that every client sends (`Host`, `Accept`, …), on both sides.
Swagger UI cannot send cookies, on neither side: a browser forbids that to scripts.

## What differs

WSGI, not Flask, sets three limits. They are kept, with a test each:

- A header that is sent twice arrives as one, its values joined by a comma: the server must do so by the protocol (RFC
  9110, section 5.3). FastAPI sees two. Send a list as one comma-separated header and split it in the view.
- A header whose name has an underscore does not arrive at all: in the WSGI environment it could not be told from one
  with a hyphen, so gunicorn drops it (as nginx does by default). `convert_underscores=False` therefore reads nothing
  that a client sends.
- Headers arrive in no particular order, so a forbidding model may list them in another order than FastAPI.

## When not to use it

For `Authorization` use the security tools, which also document the scheme; for sessions `flask.session`, which signs
its cookie.
"""
