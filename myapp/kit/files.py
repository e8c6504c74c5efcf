"""A file as a response, and files of directories by their URL paths.

Pairs https://fastapi.tiangolo.com/advanced/custom-response/#fileresponse with Werkzeug's responses, which do the
conditional and the range requests (RFC 9110, sections 13 and 14), and what FastAPI's `StaticFiles` and `frontend` look
files up by.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from mimetypes import guess_type
from typing import NamedTuple
from urllib.parse import quote

from flask import current_app, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from .background import BackgroundTask
from .errors import HTTPException
from .response_classes import Response


class FileResponse(Response):
    """A file, or with `filename` a download of that name, which may have any letters (RFC 6266, RFC 8187).

    Made while a request is answered, since that may ask for a part of the file, or have it already. The type is that of
    the name unless `media_type` says another; an archive (`.tar.gz`) is sent as it is. `stat_result` is what
    `os.stat(path)` has said, where somebody has asked already: length, date and ETag are made of it. Raises
    FileNotFoundError for a missing file. https://fastapi.tiangolo.com/advanced/custom-response/#fileresponse
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
        background: BackgroundTask | None = None,
        filename: str | None = None,
        stat_result: os.stat_result | None = None,
        content_disposition_type: str = "attachment",
    ) -> None:
        path = os.path.abspath(path)
        found = os.stat(path) if stat_result is None else stat_result
        media_type = media_type or guess_type(filename or path)[0] or "application/octet-stream"
        super().__init__(None, status_code, headers, media_type, background)
        if "content-length" not in map(str.lower, headers or ()):
            self.headers["Content-Length"] = str(found.st_size)
        self.headers.setdefault("Accept-Ranges", "bytes")
        if filename is not None:
            quoted = quote(filename)
            name = f'filename="{filename}"' if quoted == filename else f"filename*=utf-8''{quoted}"
            self.headers.setdefault("Content-Disposition", f"{content_disposition_type}; {name}")
        self.headers.setdefault("Last-Modified", formatdate(found.st_mtime, usegmt=True))
        self.headers.setdefault("ETag", _etag(found))
        self._send(path, found.st_size)

    def _send(self, path: str, size: int) -> None:
        """Put the file into the body, or the part that the request asks for, or nothing for who has it already."""
        if current_app.config["USE_X_SENDFILE"]:
            self.headers["X-Sendfile"] = path
            return
        file = open(path, "rb")  # noqa: SIM115 - the server closes it
        self.response, self.direct_passthrough = wrap_file(request.environ, file), True
        if self.status_code != 200:
            return
        # in the order of RFC 9110, section 13.2.2, which Werkzeug turns round: who has the file asks for no part of it
        self.make_conditional(request)
        if self.status_code == 304:
            del self.headers["Accept-Ranges"]
        elif self.status_code == 200 and not request.headers.get("If-Range", "").startswith("W/"):
            try:
                self.make_conditional(request, accept_ranges=self.headers["Accept-Ranges"], complete_length=size)
            except RequestedRangeNotSatisfiable:
                file.close()
                raise


def file_response(path: str | os.PathLike[str], status_code: int = 200) -> FileResponse:
    """The file with its type, length, ETag and date; 304 or 206 where the request asks for that."""
    return FileResponse(path, status_code)


def _etag(found: os.stat_result) -> str:
    """The ETag that FastAPI gives the file, so that clients keep their copies whichever of the two answers."""
    digest = hashlib.md5(f"{found.st_mtime}-{found.st_size}".encode(), usedforsecurity=False).hexdigest()
    return f'"{digest}"'


class Found(NamedTuple):
    """A file or directory that is there."""

    path: str
    stat_result: os.stat_result

    @property
    def is_file(self) -> bool:
        """Whether it is a file, and nothing that can't be sent."""
        return stat.S_ISREG(self.stat_result.st_mode)

    @property
    def is_directory(self) -> bool:
        """Whether it is a directory."""
        return stat.S_ISDIR(self.stat_result.st_mode)

    def response(self, status_code: int = 200) -> FileResponse:
        """The file as the answer to the current request."""
        return FileResponse(self.path, status_code, stat_result=self.stat_result)


@dataclass(frozen=True)
class Directories:
    """Directories in which files are looked for by URL paths, in this order.

    A link that leads out of its directory is found only with `follow_symlink`.
    """

    places: tuple[str, ...]
    follow_symlink: bool = False

    def find(self, path: str) -> Found | None:
        """The existing file or directory at a URL path; None where there is none, or where the path leads out.

        Raises HTTPException: 401 where reading is not permitted, 404 for a path that no file can have.
        """
        try:
            return self._find(os.path.normpath(os.path.join("", *path.split("/"))))
        except PermissionError as error:
            raise HTTPException(401) from error
        except ValueError as error:  # a NUL in the path
            raise HTTPException(404) from error
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                raise HTTPException(404) from error
            raise

    def _find(self, path: str) -> Found | None:
        if path.startswith(("/", "\\")):
            return None
        real = os.path.abspath if self.follow_symlink else os.path.realpath
        for place in self.places:
            root, full = real(place), real(os.path.join(place, path))
            if os.path.commonpath([full, root]) != root:
                continue
            try:
                return Found(full, os.stat(full))
            except (FileNotFoundError, NotADirectoryError):
                continue
        return None
