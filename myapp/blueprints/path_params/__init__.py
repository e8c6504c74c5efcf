"""FastAPI's typed path parameters are plain `<name>` segments of a Flask rule whose type hint marshmallow checks.

## What FastAPI gives

`/posts/{post_id}` with `post_id: int` converts the segment, answers 422 with the reason when it cannot, and documents
the type. `Path(ge=1, title=...)` adds bounds and words; an `Enum` or `Literal` becomes a list of choices in `/docs`;
`{file_path:path}` takes the rest of the path, slashes included.

## What matches it here

| FastAPI | Flask |
|---|---|
| `/posts/{post_id}`, `post_id: int` | `/posts/<post_id>`, `post_id: int` under `myapp.kit.operation` |
| `float`, `bool`, `UUID`, `date`, `Enum`, `Literal`, … | the same hints; the kit's fields read them as pydantic does |
| `Path(title=, gt=, ge=, lt=, le=, multiple_of=, min_length=, pattern=, …)` | `myapp.kit.Path`, same keywords |
| `/files/{file_path:path}` | `/files/<path:file_path>` |
| 422 with `loc: ["path", "post_id"]` | the same list, from marshmallow's errors |

The rule has no converter where a 422 is wanted: Werkzeug's `<int:post_id>` answers 404 to `/posts/abc`, refuses `-1`,
and its `float` refuses `1`. The kit also turns off Werkzeug's merging of `//` where it would redirect a path that
FastAPI accepts.

## What differs

`/users/me` may stand before or after `/users/<user_id>`: Werkzeug prefers the fixed path whatever the order, where
FastAPI takes the first that matches. WSGI hands over the path already unquoted, so `%2F` is a slash on both sides.

## When not to use it

When a wrong value means that there is no such page, as in a site for people, a converter's 404 is the right answer:
write `<int:post_id>` and leave the kit out.
"""
