"""FastAPI's session dependency is `SessionDep` on Flask-SQLAlchemy's engine, with one model for each direction.

## What FastAPI gives

No database layer: its tutorial makes an engine, yields a session from a dependency, and has a model for the table, one
for what comes in and one for what goes out. The session is open until the response has been sent.

## What matches it here

| FastAPI | Flask |
|---|---|
| `create_engine`, tables made on startup | Flask-SQLAlchemy's `db`, Flask-Migrate's `flask db upgrade` |
| `SessionDep = Annotated[Session, Depends(get_session)]` | the same words; `myapp.database.get_session` |
| `user: Annotated[User, Depends(get_user)]`: found, or 404 | the same |
| `skip`, and `limit` of at most 100 | `myapp.kit.Query(ge=, le=)` |
| `UserPublic` as response model: no password hash in any answer | a dataclass, or a Schema by marshmallow-sqlalchemy |
| SQLModel: table and models share one tree of classes | `SQLAlchemyAutoSchema`: `PostCreateSchema` reads the columns |
| `model_dump(exclude_unset=True)` in PATCH | `dump(...)` for a dataclass; a partial Schema holds only what was sent |
| passwords hashed by pwdlib (Argon2) | the same library |
| `limit`, `offset` or a cursor; `Link`, `X-Total-Count` by hand | `LimitOffsetParams`, `CursorParams`, `paginate` |
| a `where` for each filter, a table of what to sort by | a `Filter`: attributes like `title__icontains`, `sort` |
| `If-None-Match` → 304, `If-Match` → 412, none → 428 by hand | `@operation(etag=ETag(version, required=True))` |

The unique e-mail address is the database's business: both sides insert, and turn its refusal into the 400 "Email
already registered". A look-up beforehand would let two requests at the same moment through, and answer one with a 500.

A `Filter` is a dataclass of query parameters: what it does not name is a 422, and no column is reached by it; a name or
a type that does not fit the model is a TypeError at the start. A cursor is signed, and holds the place in the order and
the number that decides between equals: the next page begins where this one ended, whatever has been written since.

Users are who signs in, so their operations are all for administrators, by a token with the scope `users`; of a post's
author nobody else learns more than number and role. Posts are for anybody to write, change and delete, as the
tutorial's heroes are. A real application asks for the author's token: `author: Author` of `myapp/dependencies.py` in
the view's signature, and a 403 where `post.author_id` is not `author.id`.

An update with If-Match is compared before it is made, and once more by the database, in a statement that takes the row
for this transaction if its version is still the same (`UPDATE ... WHERE version = ...`; PostgreSQL has `SELECT ... FOR
UPDATE` for that, SQLite has not). Of two clients that change the same version at the same moment one gets a 412; the
other's change is flushed like any other, so that webhooks hear of it. In a model with SQLAlchemy's `version_id_col` any
write is compared, and `ETag(..., conflict=StaleDataError)` makes the 412 of it.

## What differs

Nothing that a client sees. `db.session` works in plain views, but it belongs to the application context, which Flask
leaves before a streamed response has gone out; the dependency's session stays until then, and a test can replace it.

## When not to use it

For a script, a Celery task or a shell, `db.session` inside `app.app_context()` is shorter. For reports, write SQL.

A total is a query that counts: `total = False` where lists are long. No cursor goes by a column that may be NULL. A
proxy that compresses makes ETags weak (nginx does), and no weak one passes If-Match: let it compress other answers.
Pages of other sites read ETag, Link and X-Total-Count only where CORS exposes them.

`deploy/bench` measures `GET /sql-databases/posts/1`, `GET /sql-databases/posts/?limit=100` and
`POST /sql-databases/users/1/posts/`.
"""
