"""FastAPI's `Form`, `File` and `UploadFile` are the kit's, read from Werkzeug's multipart parser and its `FileStorage`.

## What FastAPI gives

A parameter with `Form()` is a field of an HTML form, a model with `Form()` all of them. `bytes = File()` is a file's
content, `UploadFile` the file itself, in memory up to a megabyte and on disk beyond. Fields and files may stand
together in one multipart request. Each is checked like anything else: 422 with the field's place, 400 for a body that
can't be read.

## What matches it here

| FastAPI | Flask |
|---|---|
| `username: Annotated[str, Form()]` | the same |
| `profile: Annotated[ProfileForm, Form()]`, `extra="forbid"` | the same, with a dataclass and `ModelConfig` |
| `file: Annotated[bytes, File()]` | the same |
| `file: UploadFile`, `UploadFile \\| None = None`, `list[UploadFile]` | the same |
| `filename`, `content_type`, `size`, `headers`, `file` | the same |
| `await file.read()`, `seek`, `write`, `close` | the same without `await`: views are plain functions |
| – | `file.storage`: the file as Werkzeug's `FileStorage`, for Flask's extensions |
| a file that was not chosen, or a field left empty, counts as not sent | the same |
| at most 1,000 fields and 1,000 files, a megabyte for each field | the same |
| `FastAPI(max_body_size=...)` | `MAX_CONTENT_LENGTH`, which `MYAPP_MAX_REQUEST_SIZE` sets |

Uploaded files are closed once the response has been sent, so a generator may still read one, and so may a background
task. `request.form` and `request.files` are Flask's own way to the same body; it can be read once, so a view takes one
way or the other.

A file's name is whatever the client says, `../../etc/passwd` among it. The avatar here is answered with its size and
its SHA-256; who stores a file names it by such a digest or a number of its own, never as the client did. The content
type is the client's word, too.

## What differs

A body that is too long is a 413 on both sides, here as `{"detail": "Request Entity Too Large"}` like every other error.
FastAPI's says `Content Too Large`, in plain text when the length was announced. A part whose headers are not UTF-8 is
refused with a 400; browsers send UTF-8.

## When not to use it

What a program sends is better JSON. Gigabytes, or anything to be resumed, belong into an object store, to which the
client uploads by itself with a signed address.
"""
