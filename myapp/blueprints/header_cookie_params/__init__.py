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

WSGI, not Flask, sets three limits, each kept with a test:

- A header that is sent twice arrives as one, its values joined by a comma (RFC 9110, section 5.3). A list parameter is
  therefore split at commas: two headers `a` and `b` are `["a", "b"]` on both sides, but so is one header `a, b`, which
  FastAPI leaves whole. A parameter that is no list gets the joined text, where FastAPI takes the first value.
- A header whose name has an underscore does not arrive: in the WSGI environment it could not be told from one with a
  hyphen, so gunicorn drops it (as nginx does by default). `convert_underscores=False` reads nothing that a client
  sends.
- Headers arrive in an order of the server's, so a model that forbids several of them may list them in another order.

## When not to use it

For `Authorization` use the security tools, which also document the scheme; for sessions `flask.session`, which signs
its cookie.
"""
