"""FastAPI's query parameters are the arguments of a Flask view that are not in its rule, read by `@operation()`.

## What FastAPI gives

Every argument of a simple type that the path does not name is read from the query string: converted, checked,
defaulted, documented. `Query(...)` adds constraints, an alias, words for the document; a list takes a repeated
parameter; one Pydantic model can stand for many parameters and forbid all others.

## What matches it here

| FastAPI | Flask |
|---|---|
| `skip: int = 0`, `q: str \\| None = None`, a required `reader: str` | the same; the kit reads `request.args` |
| `Query(min_length=, max_length=, pattern=, gt=, ge=, lt=, le=)` | `myapp.kit.Query`, same keywords |
| `Query(alias=, title=, description=, deprecated=, examples=, include_in_schema=)` | the same |
| `tag: list[str]` for `?tag=a&tag=b` | the same; werkzeug's `MultiDict` has every value |
| `Literal`, `Enum`, `int \\| str`, `bool` as `1`, `true`, `on`, `yes` | the same; the kit converts as pydantic does |
| pydantic's `AfterValidator` | `myapp.kit.AfterValidator`, or any marshmallow validator in `Annotated` |
| `Query(validate_default=True)`: the default is checked, too | the same |
| `filters: Annotated[PostFilters, Query()]`, a Pydantic model | the same with a dataclass |
| `model_config = {"extra": "forbid"}` | `model_config = ModelConfig(extra="forbid")` |
| a 422 that lists everything that is wrong | the same `type`, `loc`, `msg`, `input` and `ctx` |

## What differs

Nothing that a client sees.

## When not to use it

A search form with dozens of optional fields reads better as one model than as dozens of arguments; a query that needs
nesting belongs in a body.
"""
