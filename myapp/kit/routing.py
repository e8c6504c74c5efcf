"""What FastAPI's routers add to Flask's blueprints: shared options, inclusion with more of them, slash redirects.

Pairs https://fastapi.tiangolo.com/tutorial/bigger-applications/ with `flask.Blueprint`, which stays an ordinary one:
its options are recorded on the application when the blueprint is registered, under the dotted name Flask gives it
there, so the same blueprint can be included twice with different ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from ipaddress import AddressValueError, IPv6Address
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from flask import Blueprint, Flask, Request
from flask.blueprints import BlueprintSetupState
from flask.sansio.app import App
from werkzeug.exceptions import HTTPException as WerkzeugHTTPException
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import MapAdapter, PathConverter, RequestRedirect
from werkzeug.wrappers import Response

from .body_limit import FormLimits, check_limits
from .params import Depends
from .response_classes import RedirectResponse
from .response_classes import Response as KitResponse

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

QUOTED = str.maketrans({"?": "%3F", "#": "%23", "\\": "%5C"})
_HOST = re.compile(
    r"(?P<host>[a-z0-9._~%!$&'()*+,;=-]+|\[(?P<address>[a-f0-9:.]+)\])(:0*(?P<port>[0-9]+))?", re.IGNORECASE | re.ASCII
)
_PORTS = {"http": "80", "https": "443"}
_PLACEHOLDER = re.compile(r"<(?:[^<>]*:)?([^<>:]+)>")


class AnyPathConverter(PathConverter):
    """`<path:name>` as FastAPI's `{name:path}`: the rest of the path, also when it is empty or begins with a slash.

    https://fastapi.tiangolo.com/tutorial/path-params/#path-convertor
    """

    regex = ".*?"
    part_isolating = False  # Werkzeug would take it back to True because of the regex


@dataclass(frozen=True, kw_only=True)
class RouterOptions:
    """What all path operations of one router share; the keywords are those of FastAPI's `APIRouter`."""

    tags: Sequence[str | Enum] = ()
    dependencies: Sequence[Depends] = ()
    responses: Mapping[int | str, Mapping[str, Any]] = field(default_factory=dict)
    deprecated: bool | None = None
    include_in_schema: bool = True
    callbacks: Sequence[Blueprint] = ()
    default_response_class: type[KitResponse] | None = None
    generate_unique_id_function: Callable[[Any], str] | None = None
    strict_content_type: bool | None = None
    max_body_size: int | None = None
    form_limits: FormLimits = field(default_factory=FormLimits)

    def __post_init__(self) -> None:
        """Raises ValueError for a limit that is none."""
        object.__setattr__(self, "form_limits", check_limits(self.max_body_size, self.form_limits))

    def then(self, inner: RouterOptions) -> RouterOptions:
        """These options around `inner` ones: lists add up, outer first; the inner one wins where only one can hold."""
        return RouterOptions(
            tags=(*self.tags, *inner.tags),
            dependencies=(*self.dependencies, *inner.dependencies),
            responses={**self.responses, **inner.responses},
            deprecated=inner.deprecated or self.deprecated,
            include_in_schema=inner.include_in_schema and self.include_in_schema,
            callbacks=(*self.callbacks, *inner.callbacks),
            default_response_class=inner.default_response_class or self.default_response_class,
            generate_unique_id_function=inner.generate_unique_id_function or self.generate_unique_id_function,
            strict_content_type=(
                self.strict_content_type if inner.strict_content_type is None else inner.strict_content_type
            ),
            max_body_size=self.max_body_size if inner.max_body_size is None else inner.max_body_size,
            form_limits=self.form_limits | inner.form_limits,
        )


def router_options(bp: Blueprint, **options: Any) -> None:
    """Give every path operation of `bp` the same tags, dependencies, responses and so on: `RouterOptions`' keywords.

    Called once, beside the blueprint.
    https://fastapi.tiangolo.com/tutorial/bigger-applications/#another-module-with-apirouter
    """
    own = RouterOptions(**options)
    bp.record(lambda state: _recorded(state.app).update({(_name(state), "own"): own}))


def include_router(
    target: Flask | Blueprint, bp: Blueprint, *, url_prefix: str | None = None, name: str | None = None, **options: Any
) -> None:
    """Register `bp` on an application or another blueprint, adding `RouterOptions` to a router that you need not edit.

    A second inclusion of the same blueprint needs a `name` of its own, as Flask requires.
    https://fastapi.tiangolo.com/tutorial/bigger-applications/#include-an-apirouter-with-a-custom-prefix-tags-responses-and-dependencies
    """
    added = RouterOptions(**options)
    child = name or bp.name
    placement = {key: value for key, value in {"url_prefix": url_prefix, "name": name}.items() if value is not None}
    target.register_blueprint(bp, **placement)
    if isinstance(target, Flask):
        _recorded(target)[child, "included"] = added
    else:
        target.record(lambda state: _recorded(state.app).update({(f"{_name(state)}.{child}", "included"): added}))


def options_for(app: Flask, endpoint: str) -> RouterOptions:
    """The options that the blueprints around `endpoint` ("outer.inner.view") declare, outermost first."""
    recorded = _recorded(app)
    result = RouterOptions()
    name = ""
    for part in endpoint.split(".")[:-1]:
        name = f"{name}.{part}".lstrip(".")
        for origin in ("included", "own"):
            result = result.then(recorded.get((name, origin), RouterOptions()))
    return result


def _recorded(app: App) -> dict[tuple[str, str], RouterOptions]:
    """Per application: (dotted blueprint name, whether its own or given on inclusion) -> options."""
    recorded: dict[tuple[str, str], RouterOptions] = app.extensions.setdefault("kit.routers", {})
    return recorded


def _name(state: BlueprintSetupState) -> str:
    return f"{state.name_prefix}.{state.name}".lstrip(".")


def path_format(rule: str) -> str:
    """A URL rule in OpenAPI's notation: `/files/<path:name>` becomes `/files/{name}`."""
    return _PLACEHOLDER.sub(r"{\1}", rule)


def redirect_slashes(adapter: MapAdapter | None, request: Request) -> Response | None:
    """FastAPI's answer to a path that matches once its last slash is added or taken away: 307, keeping method and body.

    None when there is nothing to redirect. Flask would answer 308 one way and 404 the other. Raises MethodNotAllowed
    for a path that matches as it is, but for another method: FastAPI looks for that before it redirects.
    """
    failure: WerkzeugHTTPException | None = request.routing_exception
    if adapter is None or not isinstance(failure, NotFound | RequestRedirect) or request.path == "/":
        return None
    if isinstance(failure, RequestRedirect) and (methods := adapter.allowed_methods()):
        raise MethodNotAllowed(methods)
    path = request.path.rstrip("/") if request.path.endswith("/") else request.path + "/"
    try:
        adapter.match(path, method=request.method)
    except MethodNotAllowed:
        pass
    except RequestRedirect:
        # Several slashes too many: without them it is another route's path, for another method.
        if not adapter.allowed_methods(path):
            return None
    except WerkzeugHTTPException:
        return None
    return redirect_to(request, path)


def redirect_to(request: Request, path: str) -> Response:
    """307 to another path with the same query, as FastAPI sends it."""
    return RedirectResponse(url_of(request, path, request.query_string.decode("latin-1")))


def url_of(request: Request, path: str, query: str = "") -> str:
    """The absolute URL of a path of this application, below the prefix that it is mounted or proxied at."""
    url = f"{request.scheme}://{authority(request.environ)}{request.root_path}{path.translate(QUOTED)}"
    return f"{url}{'?' if query else ''}{query}"


def authority(environ: WSGIEnvironment) -> str:
    """Host and port for a URL of this application: the Host header as it came, or the server's for one that is none.

    Werkzeug's own URL has the header in lower case.
    """
    header: str = environ.get("HTTP_HOST", "")
    found = host_of(header)
    if found is not None and len(found[1]) <= 5 and int(found[1] or 0) < 65536:
        return header
    host, port = environ["SERVER_NAME"], environ["SERVER_PORT"]
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    return host if port == _PORTS.get(environ["wsgi.url_scheme"]) else f"{host}:{port}"


def host_of(header: str) -> tuple[str, str] | None:
    """The host of a Host header and its port, empty without one; None for what RFC 3986 knows as no host."""
    found = _HOST.fullmatch(header)
    if found is None:
        return None
    if found["address"] is not None:
        try:
            IPv6Address(found["address"])
        except AddressValueError:
            return None
    return found["host"].lower(), found["port"] or ""


def leave_slashes(adapter: MapAdapter | None, request: Request) -> None:
    """Raise NotFound where Werkzeug would redirect to the same path with a slash at its end.

    Raises MethodNotAllowed for a path that matches as it is, but for another method.
    """
    failure = request.routing_exception
    if (
        isinstance(failure, RequestRedirect)
        and urlsplit(failure.new_url).path == quote(request.root_path + request.path) + "/"
    ):
        if adapter is not None and (methods := adapter.allowed_methods()):
            raise MethodNotAllowed(methods)
        raise NotFound


def refuse_double_slash(request: Request) -> None:
    """Raise NotFound for a path that begins with `//`, which Werkzeug would look up as if it had one slash."""
    if request.environ.get("PATH_INFO", "").startswith("//"):
        raise NotFound
