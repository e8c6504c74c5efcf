"""FastAPI's partial updates are `dump(profile, exclude_unset=True)` and `dataclasses.replace` over dataclasses.

## What FastAPI gives

PUT replaces what is stored: what the body leaves out falls back to its default. PATCH keeps it: the model remembers
which attributes were sent, `model_dump(exclude_unset=True)` gives those, and `model_copy(update=...)` puts them over
what is stored. Answers may leave out what was never set, or what equals its default.

## What matches it here

| FastAPI | Flask |
|---|---|
| `profile: Profile`, all of its attributes with defaults | the same, a dataclass |
| `profile.model_dump(exclude_unset=True)` | `dump(profile, exclude_unset=True)` |
| `profile.model_fields_set` | `fields_set(profile)` |
| `stars: float \\| MISSING = MISSING`, which `model_dump()` leaves out | the same; `dump(changes)` |
| `stored.model_copy(update=changes)` | `dataclasses.replace(stored, **changes)` |
| `jsonable_encoder(profile)` | `myapp.kit.jsonable_encoder` |
| `response_model_exclude_unset`, `response_model_exclude_defaults` | the same words of `@operation()` |

## What differs

Nothing that a client sees. `dataclasses.replace` calls the class anew, so a `__post_init__` runs, whereas `model_copy`
checks nothing.

## When not to use it

For a PATCH on one database row a partial Schema is shorter than a second dataclass:
`Body(PostUpdateSchema(partial=True))`, as the folder `sql_databases` does.

The profiles are not stored: PUT and PATCH answer with what a store would hold, so that every request can be repeated.
"""
