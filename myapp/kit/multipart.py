"""A multipart body: its text fields and files in the order they were sent.

Pairs https://fastapi.tiangolo.com/tutorial/request-files/ with `python_multipart`, the parser that FastAPI needs as
well: a broken body is given up at the same byte. It is read in pieces, so that a large file is never in memory.
"""

from __future__ import annotations

import codecs
import encodings
import pkgutil
from encodings.aliases import aliases
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from .body_limit import FORM_LIMITS, FormLimits
from .errors import HTTPException
from .uploads import IN_MEMORY, PartHeaders, UploadFile

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

Pair = tuple[str, str | UploadFile]

_PIECE: Final = 64 * 1024

# Every other name counts as unknown: Python keeps each name that it has looked for, for ever, and these two take a time
# that grows with the square of the text.
_CODECS: Final = {module.name for module in pkgutil.iter_modules(encodings.__path__)} - {"aliases", "idna", "punycode"}


def read_multipart(stream: IO[bytes], content_type: str, limits: FormLimits) -> list[Pair]:
    """Return names and values; a file's value is at its beginning. What has no end, in a body cut short, is left out.

    Raises HTTPException 400 for what can't be read, and for too many or too large fields; whatever the stream raises
    when the body is too long or ends early passes through. All files are closed then.
    """
    _, options = parse_options_header(content_type)
    if b"boundary" not in options:
        raise HTTPException(400, "Missing boundary in multipart.")
    form = _Form(_charset(options.get(b"charset", b"utf-8")), limits)
    try:
        parser = MultipartParser(options[b"boundary"], form.callbacks)
        while piece := stream.read(_PIECE):
            parser.write(piece)
        parser.finalize()
    except BaseException as error:
        form.close()
        if isinstance(error, FormParserError):
            raise HTTPException(400, "Invalid multipart data.") from error
        raise
    form.close_unfinished()
    return form.pairs


class _Form:
    """What has been read so far; the parser calls its methods with the bytes it was given and where in them to look."""

    def __init__(self, charset: str, limits: FormLimits) -> None:
        self.pairs: list[Pair] = []
        self.charset = charset
        self._limits = FORM_LIMITS | limits
        self._files = self._fields = 0
        self._name = ""
        self._file: UploadFile | None = None
        self._text = bytearray()
        self._headers: list[tuple[bytes, bytes]] = []
        self._header_name = self._header_value = b""

    @property
    def callbacks(self) -> MultipartCallbacks:
        """The methods below by the names that the parser knows them by."""
        return {
            "on_part_begin": self.part_begin,
            "on_header_field": self.header_field,
            "on_header_value": self.header_value,
            "on_header_end": self.header_end,
            "on_headers_finished": self.headers_finished,
            "on_part_data": self.part_data,
            "on_part_end": self.part_end,
        }

    def part_begin(self) -> None:
        self._file, self._text, self._headers = None, bytearray(), []

    def header_field(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def header_end(self) -> None:
        self._headers.append((self._header_name.lower(), self._header_value))
        self._header_name = self._header_value = b""

    def headers_finished(self) -> None:
        disposition = dict(self._headers).get(b"content-disposition")
        _, options = parse_options_header(disposition)
        if b"name" not in options:
            raise HTTPException(400, 'The Content-Disposition header field "name" must be provided.')
        self._name = _decoded(options[b"name"], self.charset)
        if b"filename" not in options:
            self._fields += 1
            if self._fields > (most := self._limits["max_fields"]):
                raise HTTPException(400, f"Too many fields. Maximum number of fields is {most}.")
            return
        self._files += 1
        if self._files > (most := self._limits["max_files"]):
            raise HTTPException(400, f"Too many files. Maximum number of files is {most}.")
        headers = PartHeaders((name.decode("latin-1"), value.decode("latin-1")) for name, value in self._headers)
        filename = _decoded(options[b"filename"], self.charset)
        spooled = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        self._file = UploadFile(spooled, size=0, filename=filename, headers=headers)

    def part_data(self, data: bytes, start: int, end: int) -> None:
        if self._file is not None:
            self._file.write(data[start:end])
            return
        if len(self._text) + end - start > (most := self._limits["max_part_size"]):
            raise HTTPException(400, f"Part exceeded maximum size of {most // 1024}KB.")
        self._text += data[start:end]

    def part_end(self) -> None:
        if self._file is None:
            self.pairs.append((self._name, _decoded(self._text, self.charset)))
            return
        self._file.seek(0)
        self.pairs.append((self._name, self._file))
        self._file = None

    def close(self) -> None:
        """Close every file, of a form that nobody will get."""
        self.close_unfinished()
        for _, value in self.pairs:
            if isinstance(value, UploadFile):
                value.close()

    def close_unfinished(self) -> None:
        """Close the file whose end has not come."""
        if self._file is not None:
            self._file.close()


def _charset(name: bytes) -> str:
    """Python's name for a charset that a client named; latin-1 for one that is unknown."""
    if b"\0" in name:
        raise ValueError("a charset has no null character in its name")
    known = encodings.normalize_encoding(name.decode("latin-1")).lower()
    known = aliases.get(known.replace(".", "_"), known)
    try:
        return codecs.lookup(known).name if known in _CODECS else "latin-1"
    except LookupError:
        return "latin-1"


def _decoded(text: bytes | bytearray, charset: str) -> str:
    try:
        return text.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return text.decode("latin-1")
