"""A file in a form, with FastAPI's attributes.

Pairs https://fastapi.tiangolo.com/tutorial/request-files/#uploadfile with `werkzeug.datastructures.FileStorage`: the
methods are plain ones, since views are.
"""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import Any, Final, get_args

from werkzeug.datastructures import FileStorage, Headers

IN_MEMORY: Final = 1024 * 1024
"""Up to this size a file is kept in memory, beyond it on disk, in a file without a name."""


class UploadFile:
    """A file that the client sent; it is closed once the response has been sent.

    `filename` is what the client says: any text at all, and no name to store anything under.
    """

    def __init__(self, filename: str, headers: Headers) -> None:
        self.filename = filename
        self.file: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        self.size = 0
        self.headers = headers
        self._max_mem_size = IN_MEMORY  # so that a 422 shows what FastAPI's shows

    @property
    def content_type(self) -> str | None:
        """What the client says that the file is."""
        return self.headers.get("content-type")

    @property
    def storage(self) -> FileStorage:
        """The same file as Flask's extensions take it, with `save()`."""
        return FileStorage(self.file, self.filename, headers=Headers(self.headers))

    @property
    def is_empty(self) -> bool:
        """Whether no file was chosen: a browser then sends a part without name and content."""
        return self.filename == "" and self.size == 0

    def write(self, data: bytes) -> None:
        """Write at the present position; `size` grows by as much."""
        self.size += len(data)
        self.file.write(data)

    def read(self, size: int = -1) -> bytes:
        """Return the next `size` bytes, or all that are left."""
        return self.file.read(size)

    def seek(self, offset: int) -> None:
        """Go on at this byte."""
        self.file.seek(offset)

    def close(self) -> None:
        """Close the file, which removes it."""
        self.file.close()

    def content(self) -> bytes:
        """Return all of the file; the position stays where it is, for others who read it."""
        position = self.file.tell()
        self.file.seek(0)
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
