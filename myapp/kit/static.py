"""`static_files(...)`: the files of directories below a path.

Pairs https://fastapi.tiangolo.com/tutorial/static-files/ with a URL rule. Flask's own static route knows no pages:
this one answers to the letter as FastAPI's `StaticFiles` does.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Sequence
from functools import cache

from flask import Blueprint, Flask, request
from werkzeug.wrappers import Response

from .errors import HTTPException
from .files import Directories, Found
from .routing import redirect_to

Packages = Sequence[str | tuple[str, str]]


def static_files(
    target: Flask | Blueprint,
    path: str,
    *,
    directory: str | os.PathLike[str] | None = None,
    packages: Packages | None = None,
    html: bool = False,
    check_dir: bool = True,
    follow_symlink: bool = False,
    name: str = "static",
) -> None:
    """Serve the files of `directory` below `path`, then those of `packages`; what is not there is a JSON 404.

    A package is named alone (its folder `statics`) or with its folder. With `html` a directory is answered with its
    `index.html`, and what is not there with the `404.html`. `follow_symlink` also sends what links lead to elsewhere.
    `name` is the endpoint: `url_for("blueprint.static", path="site.css")`. An application has its `Api` by then.

    Raises RuntimeError for a directory or a package that is missing, with `check_dir=False` for the directory only once
    a file is asked for; TypeError where there is neither.
    """
    if directory is None and not packages:
        raise TypeError("static_files() needs a directory or packages")
    own = () if directory is None else (os.fspath(directory),)
    for each in own:
        if check_dir and not os.path.isdir(each):
            raise RuntimeError(f"Directory '{each}' does not exist")
    files = Directories((*own, *map(_folder_of, packages or ())), follow_symlink)

    @cache  # which keeps no exception: a directory that comes later is found
    def check() -> None:
        if own and not os.path.isdir(own[0]):
            missing = "is not a directory" if os.path.exists(own[0]) else "does not exist"
            raise RuntimeError(f"StaticFiles directory '{own[0]}' {missing}.")

    def serve(path: str) -> Response:
        check()
        found = files.find(path)
        if html and found is not None and found.is_directory:
            found = _file(files.find(f"{path}/index.html"))
            if found is not None and not request.path.endswith("/"):
                return redirect_to(request, request.path + "/")
        if (found := _file(found)) is not None:
            return found.response()
        if html and (found := _file(files.find("404.html"))) is not None:
            return found.response(404)
        raise HTTPException(404)

    target.add_url_rule(f"{path.rstrip('/')}/<path:path>", name, serve)


def _file(found: Found | None) -> Found | None:
    return found if found is not None and found.is_file else None


def _folder_of(package: str | tuple[str, str]) -> str:
    """The folder of a package that is installed. Raises RuntimeError where there is none."""
    name, folder = package if isinstance(package, tuple) else (package, "statics")
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"Package {name!r} could not be found.")
    found = os.path.normpath(os.path.join(spec.origin, "..", folder))
    if not os.path.isdir(found):
        raise RuntimeError(f"Directory {folder!r} in package {name!r} could not be found.")
    return found
