"""FastAPI's extra data types are the same type hints here, over kit fields that read and write what Pydantic does.

## What FastAPI gives

A hint is enough: `UUID`, `datetime`, `date`, `time`, `timedelta`, `Decimal`, `bytes`, `frozenset` and `set`, an `Enum`
or an IP address, in the path, the query, a header or the body. What comes in is converted and checked, what goes out is
JSON again, and the document names the format. `jsonable_encoder` makes the same JSON values for other purposes.

## What matches it here

| FastAPI | Flask |
|---|---|
| the hints above, in any place, also `X or None`, lists and sets of them | the same, as fields in `myapp/kit/fields/` |
| `AfterValidator`, `BeforeValidator`, `WrapValidator`, `PlainValidator` in `Annotated` | the same, from `myapp.kit` |
| `StringConstraints`, `AllowInfNan`, `Strict`, `ValidateAs`; a `RootModel` of such types | the same |
| `type Contents = ...` (`TypeAliasType` before Python 3.12): a named type, which may contain itself | the same |
| `OnErrorOmit`, `FailFast`, `UrlConstraints`, `WithJsonSchema`, `AnyUrl` | the same, from `myapp.kit` |
| `PositiveInt`, `constr()`, `JsonValue`, `UUID4`, … from `pydantic` | the same names in `myapp.kit.types` |
| `Path`, `re.Pattern`, `ZoneInfo`, `complex`, IP networks, `Counter`, `defaultdict` | the same hints |
| `datetime`: ISO 8601 or a Unix time; `date`: also a midnight | the same (marshmallow's own: ISO 8601 only) |
| `timedelta`: `PT1H30M`, `01:30:00`, in a body also seconds | the same (marshmallow's takes seconds only) |
| `Decimal` with `max_digits=`, `decimal_places=`, `gt=`, … | the same keywords of `Field`, `Query`, `Path`, `Body` |
| with a response model a duration is `PT1H` and a decimal is a string | the same |
| base64: `val_json_bytes="base64"`, `ser_json_bytes="base64"` in a model's config | the same in `ModelConfig` |
| without one they are numbers | the same (Flask alone answers a set with 500, a date as an HTTP date) |
| `jsonable_encoder(post)` | `myapp.kit.jsonable_encoder` |

A Schema that a team already has may say `fields.UUID()`, `fields.AwareDateTime()` or `fields.Decimal()`: the kit reads
these as it reads the hints.

## What differs

The order of a set's members, which Python does not promise either. The names that pydantic gives the members of a union
in a fault's `loc` are the same but for a few types that contain themselves or are used under a name of their own.

## When not to use it

Money that is summed in a database, and moments that are compared in one, need a column type with the same precision and
a time zone: the hint checks what comes in, not what is stored.
"""
