"""Every security scheme on WebSocket routes: the same credentials, refusals and challenges as FastAPI."""

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import fastapi
import pytest

import myapp.kit as kit
from myapp.kit.testing import TestClient, WebSocketDenialResponse
from tests.kit.both import Twins, starlette

SCHEMES: dict[str, Callable[..., Any]] = {
    "query": lambda lib, **options: lib.APIKeyQuery(name="k", **options),
    "header": lambda lib, **options: lib.APIKeyHeader(name="x-k", **options),
    "cookie": lambda lib, **options: lib.APIKeyCookie(name="k", **options),
    "basic": lambda lib, **options: lib.HTTPBasic(**options),
    "realm": lambda lib, **options: lib.HTTPBasic(realm="club", **options),
    "bearer": lambda lib, **options: lib.HTTPBearer(**options),
    "digest": lambda lib, **options: lib.HTTPDigest(**options),
    "oauth2": lambda lib, **options: lib.OAuth2(**options),
    "password": lambda lib, **options: lib.OAuth2PasswordBearer(tokenUrl="t", **options),
    "code": lambda lib, **options: lib.OAuth2AuthorizationCodeBearer(authorizationUrl="a", tokenUrl="t", **options),
    "openid": lambda lib, **options: lib.OpenIdConnect(openIdConnectUrl="o", **options),
}
HANDSHAKES: list[tuple[str, dict[str, str]]] = [
    ("", {}),
    ("?k=", {"x-k": "", "cookie": "k="}),
    ("?k=1", {"x-k": "2", "cookie": "k=3"}),
    *(
        ("", {"authorization": value})
        for value in ("Basic YTpi", "basic !", "Basic YQ==", "Bearer t", "bearer  t ", "Bearer", "Digest d", "t")
    ),
]


def build(lib: Any) -> None:
    """A route for each scheme, with `auto_error` and without, one for several at once, and one with scopes."""

    def add(path: str, **hints: Any) -> None:
        async def view(websocket: Any, **values: Any) -> None:
            await websocket.accept()
            await websocket.send_json([getattr(value, "__dict__", value) for value in values.values()])
            await websocket.close(4000)

        view.__annotations__ = {"websocket": lib.WebSocket, **hints}
        view.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [
                inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY, annotation=h)
                for n, h in view.__annotations__.items()
            ]
        )
        lib.websocket(path)(view)

    for name, scheme in SCHEMES.items():
        add(f"/{name}/strict", found=Annotated[Any, lib.Security(scheme(lib))])
        add(f"/{name}/lenient", found=Annotated[Any, lib.Depends(scheme(lib, auto_error=False))])
    add(
        "/several/strict",
        key=Annotated[Any, lib.Security(SCHEMES["header"](lib, auto_error=False))],
        token=Annotated[Any, lib.Security(SCHEMES["password"](lib))],
        login=Annotated[Any, lib.Security(SCHEMES["basic"](lib, auto_error=False))],
    )

    def user(scopes: Any, token: Any) -> Any:
        if token != "t":
            raise lib.WebSocketException(3000, "unknown token")
        return [token, scopes.scopes]

    user.__annotations__ = {
        "scopes": lib.SecurityScopes,
        "token": Annotated[str, lib.Depends(SCHEMES["code"](lib))],
    }
    add("/scopes/strict", user=Annotated[Any, lib.Security(user, scopes=["read", "write"])])


@pytest.fixture(scope="module")
def twins() -> Twins:
    """The application on both sides."""
    return Twins(build)


def outcome(client: Any, path: str, headers: dict[str, str]) -> Any:
    """What the view got, or the refusal: status, challenge and body, or code and reason."""
    try:
        with client.websocket_connect(path, headers=dict(headers)) as websocket:
            return websocket.receive_json()
    except (WebSocketDenialResponse, starlette.testclient.WebSocketDenialResponse) as denial:
        return denial.status_code, denial.headers.get("www-authenticate"), denial.content
    except (kit.WebSocketDisconnect, fastapi.WebSocketDisconnect) as refusal:
        return refusal.code, refusal.reason


@pytest.mark.parametrize(
    "route",
    [*(f"{name}/{how}" for name in SCHEMES for how in ("strict", "lenient")), "several/strict", "scopes/strict"],
)
def test_schemes(twins: Twins, route: str) -> None:
    """What each kind of credentials gives, its absence and what can't be read, headers of the 401 included."""
    ours, theirs = TestClient(twins.flask_lib.app), twins.fastapi
    for query, headers in HANDSHAKES:
        path = f"/{route}{query}"
        assert outcome(ours, path, headers) == outcome(theirs, path, headers), headers
