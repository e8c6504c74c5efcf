"""A file in a form, with FastAPI's attributes and methods.

Pairs https://fastapi.tiangolo.com/tutorial/request-files/#uploadfile with `werkzeug.datastructures.FileStorage`. The
methods are plain ones, since views are; what they return may be awaited, so that they read as FastAPI's do in an
`async def` view.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import IO, Any, Final, get_args

from werkzeug.datastructures import FileStorage, Headers

IN_MEMORY: Final = 1024 * 1024
"""Up to this size a file is kept in memory, beyond it on disk, in a file without a name."""


class PartHeaders(Headers):
    """The headers of a part as they were sent: a line feed in one would be refused by Werkzeug's own."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__()
        self._list = list(pairs)


class Content(bytes):
    """What was read: bytes, which `await` gives as well."""

    def __await__(self) -> Generator[Any, None, bytes]:
        """Return at once: the reading is done."""
        yield from ()
        return self


class Done:
    """What a method without a result returns, to be awaited or not."""

    def __await__(self) -> Generator[Any, None, None]:
        """Return at once: it is done."""
        yield from ()


_DONE: Final = Done()


class UploadFile:
    """A file that the client sent; it is closed once the response has been sent.

    `filename` is what the client says: any text at all, and no name to store anything under. `await file.read()` and
    `file.read()` are the same, and both read at once: what is here has been received already, and a piece of it comes
    from memory or from the disk's cache. A file to be read whole and known to be large is for a `def` view.
    """

    def __init__(
        self, file: IO[bytes], *, size: int | None = None, filename: str | None = None, headers: Headers | None = None
    ) -> None:
        self.filename = filename
        self.file = file
        self.size = size
        self.headers = headers if headers is not None else Headers()
        self._max_mem_size = getattr(file, "_max_size", 0)  # so that a 422 shows what FastAPI's shows

    @property
    def content_type(self) -> str | None:
        """What the client says that the file is."""
        return self.headers.get("content-type")

    @property
    def storage(self) -> FileStorage:
        """The same file as Flask's extensions take it, with `save()`."""
        return FileStorage(self.file, self.filename, headers=self.headers.copy())

    @property
    def is_empty(self) -> bool:
        """Whether no file was chosen: a browser then sends a part without name and content."""
        return self.filename == "" and self.size == 0

    def write(self, data: bytes) -> Done:
        """Write at the present position; `size` grows by as much."""
        if self.size is not None:
            self.size += len(data)
        self.file.write(data)
        return _DONE

    def read(self, size: int = -1) -> Content:
        """Return the next `size` bytes, or all that are left."""
        return Content(self.file.read(size))

    def seek(self, offset: int) -> Done:
        """Go on at this byte."""
        self.file.seek(offset)
        return _DONE

    def close(self) -> Done:
        """Close the file, which removes it."""
        self.file.close()
        return _DONE

    def content(self) -> bytes:
        """Return what is left of the file; the position stays where it is, for others who read it."""
        position = self.file.tell()
        try:
            return self.file.read()
        finally:
            self.file.seek(position)

    def __repr__(self) -> str:
        return f"UploadFile(filename={self.filename!r}, size={self.size!r}, headers={dict(self.headers)!r})"


def has_upload(annotation: Any) -> bool:
    """Whether a type hint is `UploadFile`, or a list or a union with it."""
    return annotation is UploadFile or any(map(has_upload, get_args(annotation)))


def content_of(value: Any) -> Any:
    """What a parameter of bytes gets: the content of a file, or of each in a list; anything else as it is."""
    if isinstance(value, list):
        return [content_of(item) for item in value]
    return value.content() if isinstance(value, UploadFile) else value
