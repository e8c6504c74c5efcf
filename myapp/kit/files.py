"""A file as a response, and a file of a directory by its URL path, as FastAPI's `StaticFiles` serves them.

Pairs https://fastapi.tiangolo.com/tutorial/static-files/ with Flask's `send_file`, which does the conditional and the
range requests (RFC 9110, sections 13 and 14).
"""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import quote

from flask import Blueprint, Flask, Response, send_file
from werkzeug.security import safe_join

from .errors import HTTPException
from .response_classes import Response as KitResponse


def file_response(path: Path, status_code: int = 200) -> Response:
    """The file with its type, length, ETag and date; 304 or 206 where the request asks for that.

    Leaves out the `Cache-Control` and `Content-Disposition` that Flask adds: FastAPI lets the client decide. An archive
    (`.tar.gz`) is sent as it is, without the `Content-Encoding` that would make the client unpack it.
    """
    response = send_file(path, conditional=status_code == 200)
    if status_code != 200:
        response.status_code = status_code
        response.headers["Accept-Ranges"] = "bytes"
    for name in ("Cache-Control", "Content-Disposition", "Content-Encoding"):
        response.headers.pop(name, None)
    if response.status_code == 304:
        response.headers.pop("Accept-Ranges", None)
    return response


class FileResponse(KitResponse):
    """A file, or with `filename` a download of that name, which may have any letters (RFC 6266, RFC 8187).

    Made while a request is answered, since that may ask for a part of the file, or have it already. The type is that of
    the name unless `media_type` says another. Raises FileNotFoundError for a missing file.
    https://fastapi.tiangolo.com/advanced/custom-response/#fileresponse
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
        filename: str | None = None,
        content_disposition_type: str = "attachment",
    ) -> None:
        sent = file_response(Path(path).absolute(), status_code)
        media_type = media_type or guess_type(filename or str(path))[0] or "application/octet-stream"
        super().__init__(None, sent.status_code, None, media_type)
        del sent.headers["Content-Type"]
        self.headers.update(sent.headers)
        if filename is not None:
            quoted = quote(filename)
            name = f'filename="{filename}"' if quoted == filename else f"filename*=utf-8''{quoted}"
            self.headers["Content-Disposition"] = f"{content_disposition_type}; {name}"
        self.headers.update(headers or {})
        self.response, self.direct_passthrough = sent.response, sent.direct_passthrough


def find_file(directory: Path, path: str) -> Path | None:
    """The existing file or directory at a URL path below `directory`; None where there is none or it is outside.

    A link that leads out of the directory is not followed. Raises HTTPException: 401 where reading is not permitted,
    404
    for a path that no file can have.
    """
    joined = safe_join(str(directory), path) if path else str(directory)
    if joined is None:
        return None
    try:
        found = Path(os.path.realpath(joined))
        found.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError as error:
        raise HTTPException(401) from error
    except ValueError as error:  # a NUL in the path
        raise HTTPException(404) from error
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise HTTPException(404) from error
        raise
    return found if found.is_relative_to(os.path.realpath(directory)) else None


def static_files(target: Flask | Blueprint, path: str, *, directory: Path | str, name: str = "static") -> None:
    """Serve the files of `directory` below `path`; what is not there is a 404 in the API's JSON.

    `name` is the endpoint: `url_for("blueprint.static", path="site.css")`. Raises RuntimeError for a missing directory.
    """
    root = Path(directory)
    if not root.is_dir():
        raise RuntimeError(f"Directory '{directory}' does not exist")

    def serve(path: str) -> Response:
        found = find_file(root, path)
        if found is None or not found.is_file():
            raise HTTPException(404)
        return file_response(found)

    target.add_url_rule(f"{path.rstrip('/')}/<path:path>", name, serve)
