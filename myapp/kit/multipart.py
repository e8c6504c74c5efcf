"""A multipart body: its text fields and files in the order they were sent.

Pairs the parser behind https://fastapi.tiangolo.com/tutorial/request-files/ (Starlette's, whose limits and words are
kept here) with `werkzeug.sansio.multipart`. The body is read in pieces, so that a large file is never in memory.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import IO, Final

from werkzeug.datastructures import Headers
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData, Preamble, State

from .errors import HTTPException
from .uploads import UploadFile

MAX_FILES: Final = 1000
MAX_FIELDS: Final = 1000
MAX_SIZE: Final = 1024 * 1024
NAMELESS: Final = 'The Content-Disposition header field "name" must be provided.'
_PIECE: Final = 64 * 1024

Pair = tuple[str, str | UploadFile]


def read_multipart(stream: IO[bytes], boundary: bytes, charset: str) -> list[Pair]:
    """Return names and values; a file's value is at its beginning. What has no end, in a body cut short, is left out.

    Raises HTTPException 400 for what can't be read, and for too many or too large fields; whatever the stream raises
    when the body is too long or ends early passes through. The files are closed then.
    """
    form = _Form(charset)
    decoder = MultipartDecoder(boundary, MAX_SIZE + _PIECE)
    piece = stream.read(_PIECE)
    if not piece:
        return []
    try:
        while piece:
            _feed(decoder, piece, form)
            piece = stream.read(_PIECE)
        if decoder.state is State.PREAMBLE and not _begins(bytes(decoder.buffer).lstrip(b"\r\n"), b"--" + boundary):
            raise HTTPException(400, "Invalid multipart data.")
        if decoder.state is State.PART and decoder.buffer.startswith((b"\r", b"\n")):
            raise HTTPException(400, NAMELESS)
    except BaseException:
        for _, value in form.pairs:
            if isinstance(value, UploadFile):
                value.close()
        raise
    finally:
        form.drop_unfinished()
    return form.pairs


def _feed(decoder: MultipartDecoder, piece: bytes, form: _Form) -> None:
    try:
        decoder.receive_data(piece)
        for event in _events(decoder):
            form.take(event)
    except (ValueError, RequestEntityTooLarge) as error:
        nameless = str(error) == "Missing Content-Disposition header"
        raise HTTPException(400, NAMELESS if nameless else "Invalid multipart data.") from error


def _events(decoder: MultipartDecoder) -> Iterator[Event]:
    while not isinstance(event := decoder.next_event(), NeedData):
        yield event
        if isinstance(event, Epilogue):
            return


class _Form:
    """What has been read so far."""

    def __init__(self, charset: str) -> None:
        self.pairs: list[Pair] = []
        self.charset = charset
        self._counts = {Field: 0, File: 0}
        self._name = ""
        self._file: UploadFile | None = None
        self._text = bytearray()

    def take(self, event: Event) -> None:
        if isinstance(event, Field | File):
            self._begin(event)
        elif isinstance(event, Data):
            self._add(event)
        elif isinstance(event, Preamble) and event.data.strip(b"\r\n"):
            raise ValueError("there is something before the first boundary")

    def _begin(self, part: Field | File) -> None:
        if part.name is None:
            raise HTTPException(400, NAMELESS)
        self._counts[type(part)] += 1
        if self._counts[File] > MAX_FILES:
            raise HTTPException(400, f"Too many files. Maximum number of files is {MAX_FILES}.")
        if self._counts[Field] > MAX_FIELDS:
            raise HTTPException(400, f"Too many fields. Maximum number of fields is {MAX_FIELDS}.")
        self._name, self._file, self._text = part.name, None, bytearray()
        if isinstance(part, File):
            # as everywhere in HTTP, a header's value is bytes read as latin-1
            headers = Headers([(name.lower(), value.encode().decode("latin-1")) for name, value in part.headers])
            self._file = UploadFile(_base_name(part.filename), headers)

    def _add(self, data: Data) -> None:
        if self._file is not None:
            self._file.write(data.data)
            if not data.more_data:
                self._file.seek(0)
                self.pairs.append((self._name, self._file))
                self._file = None
            return
        if len(self._text) + len(data.data) > MAX_SIZE:
            raise HTTPException(400, f"Part exceeded maximum size of {MAX_SIZE // 1024}KB.")
        self._text += data.data
        if not data.more_data:
            self.pairs.append((self._name, _decoded(bytes(self._text), self.charset)))

    def drop_unfinished(self) -> None:
        if self._file is not None:
            self._file.close()


def _begins(cut_short: bytes, delimiter: bytes) -> bool:
    """Whether all that came may be the beginning of the first line."""
    return any((delimiter + end).startswith(cut_short) for end in (b"\r\n", b"--"))


def _base_name(filename: str) -> str:
    """Without the path on a Windows machine, which old browsers sent along."""
    whole_path = filename[1:3] == ":\\" or filename[:2] == "\\\\"
    return filename.rpartition("\\")[2] if whole_path else filename


def _decoded(text: bytes, charset: str) -> str:
    try:
        return codecs.decode(text, charset)
    except (LookupError, UnicodeDecodeError):
        return text.decode("latin-1")
