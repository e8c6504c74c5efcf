"""FastAPI's `Form`, `File` and `UploadFile` are the kit's, over the same parser of multipart bodies, python-multipart.

## What FastAPI gives

A parameter with `Form()` is a field of an HTML form, a model with `Form()` all of them. `bytes = File()` is a file's
content, `UploadFile` the file itself, in memory up to a megabyte and on disk beyond. Fields and files may stand
together in one multipart request. Each is checked like anything else: 422 with the field's place, 400 for a body that
can't be read. How large a body may be, and how many fields a form, is said for the application, a router or an
operation.

## What matches it here

| FastAPI | Flask |
|---|---|
| `username: Annotated[str, Form()]` | the same |
| `profile: Annotated[ProfileForm, Form()]`, `extra="forbid"` | the same, with a dataclass and `ModelConfig` |
| `days: Annotated[int \\| Literal["never"], Form()]`, `wanted: Annotated[ByMail \\| ByPost, Form()]` | the same |
| `file: Annotated[bytes, File()]` | the same |
| `file: UploadFile`, `UploadFile \\| None = None`, `list[UploadFile]` | the same |
| `filename`, `content_type`, `size`, `headers`, `file` | the same |
| `await file.read()`, `seek`, `write`, `close` | the same in an `async def` view, and without `await` in any other |
| `album: Annotated[Json[Album], Form()]`: JSON beside the files (`pydantic.Json`) | the same (`myapp.kit.Json`) |
| – | `file.storage`: the file as Werkzeug's `FileStorage`, for Flask's extensions |
| a file that was not chosen, or a field left empty, counts as not sent | the same |
| at most 1,000 fields and 1,000 files, a megabyte for each field | the same |
| other limits: `form_limits={"max_files": 3}` of an operation, a router, an inclusion, the application | the same |
| `max_body_size=` of the same: 413, announced or found while reading; the nearest one holds | the same |
| – | `MAX_CONTENT_LENGTH` is the default of all operations; `MYAPP_MAX_REQUEST_SIZE` sets it |

Werkzeug's own parser was weighed: it is more forgiving, so that a broken body was another one here. A body that comes
in chunks is bounded by the kit as well: `request.get_data()` of Flask alone reads the first `MAX_CONTENT_LENGTH` bytes
of it and says nothing of the rest.

Uploaded files are closed once the response has been sent, so a generator may still read one, and so may a background
task. `request.form` and `request.files` are Flask's own way to the same body; it can be read once, so a view takes one
way or the other.

A file's name is whatever the client says, `../../etc/passwd` among it. The avatar here is answered with its size and
its SHA-256; who stores a file names it by such a digest or a number of its own, never as the client did. The content
type is the client's word, too.

## What differs

`await file.read()` reads at once, where FastAPI goes to a thread for a file that is on disk: it has just been written,
so that it comes from the disk's cache. Who reads gigabytes does so in a `def` view.

A body that is announced as too long is refused before anything runs. FastAPI runs an operation that reads no body and
sends a 413 in place of its answer.

## When not to use it

What a program sends is better JSON. Gigabytes, or anything to be resumed, belong into an object store, to which the
client uploads by itself with a signed address.
"""
