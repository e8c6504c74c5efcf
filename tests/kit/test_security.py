"""Security schemes, scopes along the dependency tree, and what the document says of them."""

import base64
from typing import Annotated

import pytest

from tests.kit.both import Twins, agree


def basic(text: str) -> str:
    """An Authorization header for HTTP Basic."""
    return "Basic " + base64.b64encode(text.encode("latin-1")).decode()


def gets(path, *headers):
    """One GET for each Authorization header."""
    return [(f"GET {path}", {} if header is None else {"headers": {"authorization": header}}) for header in headers]


HEADERS = (
    *(None, "", "Bearer", "Bearer ", "Bearer token", "bearer token", "BEARER  two words ", "Bearertoken", "Token x"),
    *("Digest x=1", basic("ada:secret"), basic("ada:"), basic(":"), basic("ada"), basic("ada:a:b"), basic("é:x")),
    *(
        "Basic",
        "Basic !!!",
        "Basic YWRhOnNlY3JldA",
        "basic YWRhOnNlY3JldA==",
        " Bearer x",
        "Basic YWRh OnNlY3JldA==",
    ),
)


def test_authorization_header():
    """Each scheme takes its own header and answers anything else with 401 and its challenge."""

    def build(lib):
        schemes = {
            "password": lib.OAuth2PasswordBearer(tokenUrl="token"),
            "described": lib.OAuth2PasswordBearer(
                "token", "named", {"me": "Read about me"}, "A description", True, "refresh"
            ),
            "code": lib.OAuth2AuthorizationCodeBearer("authorize", "token", scopes={"a": "A"}, description="Code"),
            "oauth2": lib.OAuth2(flows={"password": {"tokenUrl": "token", "scopes": {"x": "X"}}}),
            "none": lib.OAuth2(scheme_name="no flows"),
            "oidc": lib.OpenIdConnect(openIdConnectUrl="/openid", description="Elsewhere"),
            "basic": lib.HTTPBasic(),
            "realm": lib.HTTPBasic(realm="simple", scheme_name="realm"),
            "bearer": lib.HTTPBearer(bearerFormat="JWT", description=""),
            "digest": lib.HTTPDigest(scheme_name="digested"),
        }
        for name, scheme in schemes.items():

            def view(found: Annotated[object, lib.Depends(scheme)]):
                return found

            lib.get(f"/{name}")(view)

    twins = Twins(build)
    twins.same_document()
    names = ("password", "described", "code", "oauth2", "none", "oidc", "basic", "realm", "bearer", "digest")
    twins.agree(*(request for name in names for request in gets(f"/{name}", *HEADERS)))


def test_no_automatic_error():
    """With `auto_error=False` what is absent is None, so that several schemes can be tried."""

    def build(lib):
        options = {"auto_error": False}
        schemes = [
            lib.OAuth2PasswordBearer("token", **options),
            lib.OAuth2AuthorizationCodeBearer("authorize", "token", **options),
            lib.OAuth2(**options),
            lib.OpenIdConnect(openIdConnectUrl="/openid", **options),
            lib.HTTPBasic(**options),
            lib.HTTPBearer(**options),
            lib.HTTPDigest(**options),
        ]
        for number, scheme in enumerate(schemes):

            def view(found: Annotated[object, lib.Depends(scheme)]):
                return found

            lib.get(f"/{number}")(view)

        @lib.get("/several")
        def several(
            bearer: Annotated[object, lib.Depends(schemes[5])],
            user: Annotated[object, lib.Depends(schemes[4])],
            key: Annotated[str | None, lib.Security(lib.APIKeyHeader(name="x-key", auto_error=False))],
        ):
            return [bearer, user, key]

    requests = [request for number in range(7) for request in gets(f"/{number}", *HEADERS)]
    agree(build, *requests, *gets("/several", *HEADERS), ("GET /several", {"headers": {"x-key": "k"}}))


def test_api_keys():
    """A key comes from a header, the query or a cookie; an empty one is none."""

    def build(lib):
        places = {"header": lib.APIKeyHeader, "query": lib.APIKeyQuery, "cookie": lib.APIKeyCookie}
        for place, scheme in places.items():
            for auto in (True, False):
                name = f"{place}-{auto}"
                found = scheme(name="x-api-key", scheme_name=name, description=f"In the {place}", auto_error=auto)

                def view(key: Annotated[str | None, lib.Security(found)]):
                    return key

                lib.get(f"/{name}")(view)

        @lib.get("/unnamed")
        def unnamed(key: Annotated[str, lib.Depends(lib.APIKeyQuery(name="key"))]):
            return key

    sent = (
        *(
            "?x-api-key=k",
            "?x-api-key=",
            "?x-api-key",
            "?x-api-key=a&x-api-key=b",
            "?x-api-key=a&x-api-key=",
            "?X-Api-Key=a",
        ),
        "?x-api-key=%C3%A9+%ff",
    )
    headers = ({"x-api-key": "k"}, {"x-api-key": ""}, {"X-API-KEY": "k k"}, {"cookie": "x-api-key=k"})
    headers += ({"cookie": "x-api-key="}, {"cookie": 'x-api-key="k k"; x-api-key=two'}, {"cookie": "X-Api-Key=k"}, {})
    paths = [f"/{place}-{auto}" for place in ("header", "query", "cookie") for auto in (True, False)]
    agree(
        build,
        *(f"GET {path}{query}" for path in paths for query in sent),
        *((f"GET {path}", {"headers": each}) for path in paths for each in headers),
        *("GET /unnamed", "GET /unnamed?key=1"),
    )


def test_own_error():
    """A subclass answers what is not authenticated in its own way."""

    def build(lib):
        class Bearer403(lib.HTTPBearer):
            def make_not_authenticated_error(self):
                return lib.HTTPException(status_code=403, detail="Not authenticated")

        class Realm(lib.HTTPBasic):
            def make_authenticate_headers(self):
                return {"WWW-Authenticate": 'Basic realm="mine"', "X-One": "1"}

        @lib.get("/bearer")
        def bearer(found: Annotated[object, lib.Depends(Bearer403())]):
            return found

        @lib.get("/basic")
        def basic_view(found: Annotated[object, lib.Depends(Realm())]):
            return found

    agree(build, *gets("/bearer", None, "Bearer x"), *gets("/basic", None, "Basic YTpi", "Basic x"))


def test_scopes():
    """A dependency sees the scopes asked for between the operation and itself; the document adds all of them up."""

    def build(lib):
        scheme = lib.OAuth2PasswordBearer(tokenUrl="token", scopes={"me": "Me", "items": "Items"}, auto_error=False)

        def current(scopes: lib.SecurityScopes, token: Annotated[str | None, lib.Depends(scheme)]):
            lib.note(("current", tuple(scopes.scopes)))
            return {"scopes": scopes.scopes, "text": scopes.scope_str}

        def active(found: Annotated[dict, lib.Security(current, scopes=["me"])]):
            return found

        def plain(found: Annotated[dict, lib.Depends(current)]):
            return found

        def unscoped():
            lib.note("unscoped")
            return "unscoped"

        @lib.get("/none")
        def none(found: Annotated[dict, lib.Depends(current)]):
            return found

        @lib.get("/me")
        def me(found: Annotated[dict, lib.Depends(active)]):
            return found

        @lib.get("/items")
        def items(found: Annotated[dict, lib.Security(active, scopes=["items", "me", "items"])]):
            return found

        @lib.get("/two")
        def two(
            one: Annotated[dict, lib.Security(active, scopes=["items"])],
            other: Annotated[dict, lib.Depends(active)],
            same: Annotated[dict, lib.Security(plain, scopes=["me"])],
            own: lib.SecurityScopes,
        ):
            return [one, other, same, own.scopes]

        @lib.get("/order")
        def order(
            one: Annotated[dict, lib.Security(current, scopes=["b", "a"])],
            other: Annotated[dict, lib.Security(current, scopes=["a", "b"])],
            again: Annotated[dict, lib.Security(current, scopes=["a", "b"], use_cache=False)],
        ):
            return [one, other, again]

        @lib.get("/plain")
        def plain_functions(
            one: Annotated[str, lib.Security(unscoped, scopes=["a"])],
            other: Annotated[str, lib.Security(unscoped, scopes=["b"])],
            third: Annotated[str, lib.Depends(unscoped)],
        ):
            return [one, other, third]

        @lib.get("/listed", dependencies=[lib.Security(current, scopes=["listed"]), lib.Depends(scheme)])
        def listed(found: Annotated[dict, lib.Security(active, scopes=["items"])], q: int = 0):
            return found

        router = lib.router("router", prefix="/router", dependencies=[lib.Security(active, scopes=["router"])])

        @router.get("/")
        def below(key: Annotated[str, lib.Security(lib.APIKeyHeader(name="x-key"), scopes=["key"])]):
            return key

        lib.include(router, dependencies=[lib.Security(current, scopes=["included"])])

    paths = ("none", "me", "items", "two", "order", "plain", "listed", "router/")
    twins = Twins(build)
    twins.same_document()
    for path in paths:
        twins.events(f"GET /{path}", headers={"authorization": "Bearer x", "x-key": "k"})
    twins.events("GET /listed?q=x")
    twins.events("GET /router/")


def test_overrides():
    """What replaces a dependency gets the scopes of the place it is put in."""

    def build(lib):
        scheme = lib.OAuth2PasswordBearer(tokenUrl="token")

        def current(token: Annotated[str, lib.Depends(scheme)]):
            return token

        def inner(scopes: lib.SecurityScopes):
            return scopes.scopes

        def fake(scopes: lib.SecurityScopes, below: Annotated[list, lib.Security(inner, scopes=["fake"])]):
            lib.note("fake")
            return [scopes.scopes, below]

        @lib.get("/")
        def view(
            one: Annotated[object, lib.Security(current, scopes=["a"])],
            two: Annotated[object, lib.Security(current, scopes=["b"])],
            three: Annotated[object, lib.Security(current, scopes=["a"])],
        ):
            return [one, two, three]

        lib.overrides[current] = fake

    twins = Twins(build)
    twins.same_document()
    twins.events("GET /")


def test_before_the_rest():
    """A 401 comes before a 422, except that a dependency's own parameters are checked before it is called."""

    def build(lib):
        scheme = lib.OAuth2PasswordBearer(tokenUrl="token")

        def user(x: int, token: Annotated[str, lib.Depends(scheme)]):
            return [x, token]

        @lib.model
        class Item:
            a: int

        @lib.post("/")
        def view(item: Item, found: Annotated[list, lib.Depends(user)]):
            return [item, found]

    token = {"headers": {"authorization": "Bearer x"}}
    agree(
        build,
        *("POST /", "POST /?x=1", ("POST /?x=x", {"json": {}}), ("POST /", {"content": b"{"})),
        *(("POST /?x=1", {**token, "json": {}}), ("POST /?x=y", {**token, "json": {"a": 1}})),
        ("POST /?x=1", {**token, "json": {"a": 1}}),
    )


@pytest.mark.parametrize("name", ["OAuth2PasswordRequestForm", "OAuth2PasswordRequestFormStrict"])
def test_password_form(name):
    """The form of the password flow: scopes are split, the grant type is optional or required."""

    def build(lib):
        form = getattr(lib, name)

        @lib.post("/token")
        async def login(data: Annotated[form, lib.Depends()]):
            return [data.grant_type, data.username, data.password, data.scopes, data.client_id, data.client_secret]

    forms = (
        {},
        {"username": "a", "password": "b"},
        {"username": "a", "password": "b", "grant_type": "password"},
        {"username": "a", "password": "b", "grant_type": "passwords"},
        {
            "username": "a",
            "password": "b",
            "grant_type": "",
            "scope": "  a b:c  d ",
            "client_id": "",
            "client_secret": "x",
        },
        {"username": "", "password": "", "grant_type": "password", "scope": ""},
        {"username": "ä ö", "password": " ", "grant_type": "password", "client_id": "i"},
    )
    agree(
        build,
        *(("POST /token", {"data": form}) for form in forms),
        *(("POST /token", {"json": form}) for form in forms),
        *(("POST /token", {"files": {key: (None, value) for key, value in form.items()}}) for form in forms[1:3]),
        "POST /token",
        "GET /token",
    )


def test_body_needs_no_scheme():
    """A scheme around a form: both are in the document, and the 401 comes first."""

    def build(lib):
        scheme = lib.HTTPBasic()

        @lib.post("/")
        def view(user: Annotated[object, lib.Depends(scheme)], a: Annotated[int, lib.Form()]):
            return [user, a]

    agree(build, "POST /", ("POST /", {"headers": {"authorization": basic("a:b")}, "data": {"a": "x"}}))


CREDENTIALS = {
    "password": {"authorization": "Bearer t"},
    "code": {"authorization": "bearer c"},
    "oidc": {"authorization": "anything"},
    "basic": {"authorization": basic("ada:secret")},
    "bearer": {"authorization": "Bearer b"},
    "digest": {"authorization": "Digest d"},
    "header": {"x-key": "h"},
    "query": {},
    "cookie": {"cookie": "key=c"},
}


@pytest.mark.parametrize("auto_error", [True, False], ids=["required", "optional"])
@pytest.mark.parametrize("where", ["view", "decorator", "router"])
def test_two_schemes_at_once(auto_error, where):
    """Any two schemes on one operation, required or tried in turn, say the same as FastAPI: who answers, and what the
    document asks for."""

    def build(lib):
        options = {"auto_error": auto_error}
        schemes = {
            "password": lib.OAuth2PasswordBearer("token", scopes={"a": "A", "b": "B"}, refreshUrl="refresh", **options),
            "code": lib.OAuth2AuthorizationCodeBearer("authorize", "token", scopes={"c": "C"}, **options),
            "oidc": lib.OpenIdConnect(openIdConnectUrl="/openid", **options),
            "basic": lib.HTTPBasic(realm="here", **options),
            "bearer": lib.HTTPBearer(bearerFormat="JWT", **options),
            "digest": lib.HTTPDigest(**options),
            "header": lib.APIKeyHeader(name="x-key", **options),
            "query": lib.APIKeyQuery(name="key", **options),
            "cookie": lib.APIKeyCookie(name="key", **options),
        }
        for one, first in schemes.items():
            for two, second in schemes.items():
                scoped = lib.Security(first, scopes=["a"])
                url = f"/{one}-{two}"
                if where == "view":

                    @lib.get(url)
                    def view(left: Annotated[object, scoped], right: Annotated[object, lib.Security(second)]):
                        return [left, right]

                elif where == "decorator":

                    @lib.get(url, dependencies=[scoped, lib.Depends(second)])
                    def listed():
                        return "in"

                else:
                    router = lib.router(f"{one}-{two}", prefix=url, dependencies=[scoped])

                    @router.get("/")
                    def below(right: Annotated[object, lib.Security(second, scopes=["b"])]):
                        return right

                    lib.include(router)

    twins = Twins(build)
    twins.same_document()
    end = "/" if where == "router" else ""
    requests = []
    for one in CREDENTIALS:
        for two in CREDENTIALS:
            for sent in ({}, CREDENTIALS[one], CREDENTIALS[two], {**CREDENTIALS[one], **CREDENTIALS[two]}):
                requests += [(f"GET /{one}-{two}{end}{query}", {"headers": sent}) for query in ("", "?key=q")]
    twins.agree(*requests)


def test_schemes_of_one_name():
    """Two schemes that share a name are one entry of the document, and still each read their own credentials."""

    def build(lib):
        one = lib.APIKeyHeader(name="x-one", scheme_name="key")
        two = lib.APIKeyQuery(name="two", scheme_name="key")

        @lib.get("/")
        def view(left: Annotated[str, lib.Security(one)], right: Annotated[str, lib.Security(two)]):
            return [left, right]

        @lib.get("/other")
        def other(right: Annotated[str, lib.Security(two, scopes=["x"])]):
            return right

    agree(build, "GET /", ("GET /?two=2", {"headers": {"x-one": "1"}}), "GET /other", "GET /other?two=")


def test_own_errors_of_every_scheme():
    """`make_not_authenticated_error` of a subclass answers for every kind of scheme, with its status and headers."""

    def build(lib):
        class Refusing:
            def make_not_authenticated_error(self):
                return lib.HTTPException(status_code=403, detail={"why": type(self).__name__}, headers={"X-One": "1"})

        kinds = {
            "APIKeyHeader": {"name": "x-key"},
            "APIKeyQuery": {"name": "key"},
            "APIKeyCookie": {"name": "key"},
            "HTTPBasic": {},
            "HTTPBearer": {},
            "HTTPDigest": {},
            "OAuth2PasswordBearer": {"tokenUrl": "token"},
            "OAuth2AuthorizationCodeBearer": {"authorizationUrl": "a", "tokenUrl": "token"},
            "OpenIdConnect": {"openIdConnectUrl": "/openid"},
            "OAuth2": {},
        }
        for name, options in kinds.items():
            scheme = type(name, (Refusing, getattr(lib, name)), {})(**options)

            def view(found: Annotated[object, lib.Security(scheme)]):
                return found

            lib.get(f"/{name}")(view)

    names = ["APIKeyHeader", "APIKeyQuery", "APIKeyCookie", "HTTPBasic", "HTTPBearer", "HTTPDigest"]
    names += ["OAuth2PasswordBearer", "OAuth2AuthorizationCodeBearer", "OpenIdConnect", "OAuth2"]
    agree(build, *(request for name in names for request in gets(f"/{name}", None, "Basic !", "x")))
