"""Paths, methods, routers in routers, redirects: which operation answers which URL, as in FastAPI."""

from typing import Annotated

import pytest

from tests.kit.both import METHODS, Twins, agree


def test_methods():
    """Every method has its decorator; the others of a path are 405 with an `Allow` header."""

    def build(lib):
        for method in METHODS:

            @getattr(lib, method)(f"/{method}")
            def view(q: int = 0):
                return q

        @lib.route("/several", methods=["GET", "POST", "DELETE"])
        def several(q: int = 1):
            return q

        @lib.get("/split")
        def read():
            return "read"

        @lib.post("/split")
        def write():
            return "written"

    verbs = [method.upper() for method in METHODS]
    # HEAD and OPTIONS are answered by Flask itself, an agreed difference
    asked = [verb for verb in verbs if verb not in ("HEAD", "OPTIONS")]
    # no document: FastAPI warns of the one operationId that several methods share
    Twins(build).agree(
        *(f"{verb} /{verb.lower()}?q=x" for verb in verbs),
        *(f"{verb} /{verb.lower()}" for verb in verbs),
        *(f"{verb} /several" for verb in asked),
        *(f"{verb} /split" for verb in ("GET", "POST")),
        *(f"{verb} /get" for verb in asked),
        "PROPFIND /get",
    )


def test_declared_head_and_options():
    """A view for HEAD or OPTIONS answers it before and after the one for GET, and in a router that comes later."""

    def build(lib):
        def get(number: int):
            return number

        def head(number: int, response: lib.Response):
            response.headers["x-one"] = "head"
            return "long enough to tell"

        def options(number: int, response: lib.Response):
            response.headers["x-two"] = str(number)
            return ["declared"]

        orders = {"first": (head, options, get), "last": (get, head, options), "between": (options, get, head)}
        for name, views in orders.items():
            for view in views:
                lib.route(f"/{name}/{{number}}", methods=[view.__name__.upper()])(view)

        @lib.get("/other/{number}")
        def plain(number: int):
            return number

        router = lib.router("later", prefix="/other")
        router.options("/{id}")(lambda id: id)
        lib.include(router)

    Twins(build).agree(
        *(
            f"{verb} /{name}/{number}"
            for verb in ("GET", "HEAD", "OPTIONS")
            for name in ("first", "last", "between")
            for number in (3, "x")
        ),
        "OPTIONS /other/3",
        "GET /other/3",
    )


SLASHES = [
    *("/plain", "/plain/", "/slash", "/slash/", "/plain?a=1&b=%20c", "/slash?a=é", "/plain//", "//plain", "/slash//"),
    *("/items/a", "/items/a/", "/items/", "/items", "/things/a", "/things/a/", "/things//", "/it%20em", "/it%20em/"),
    *(
        "/%C3%A9",
        "/%C3%A9/",
        "/nowhere",
        "/nowhere/",
        "/",
        "",
        "/items/a%2Fb",
        "/items/a%2Fb/",
        "/things/a%3Fb",
        "/plain/;x",
    ),
    *("/Plain", "/plain%2F", "/slash?", "/slash?x=/plain/", "/files/a/b/", "/files/a//b", "/items/%2e%2e", "/slash#f"),
]


@pytest.mark.parametrize("path", SLASHES)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_slashes(method, path):
    """A missing or superfluous last slash is a 307 to the path that exists, query and all; anything else is a 404."""

    def build(lib):
        for route in ("/plain", "/slash/", "/it em", "/é/"):

            @lib.get(route)
            def view(a: str = "none"):
                return a

        @lib.get("/items/{item}")
        def item(item: str):
            return item

        @lib.post("/things/{thing}/")
        def thing(thing: str):
            return thing

        @lib.get("/files/{path:path}")
        def file(path: str):
            return path

    agree(build, f"{method} {path}")


def test_no_redirects():
    """`redirect_slashes=False`: a path answers as it is written."""

    def build(lib):
        @lib.get("/plain")
        def plain():
            return 1

        @lib.get("/slash/")
        def slash():
            return 2

        @lib.get("/both")
        def both():
            return 3

        @lib.post("/both/")
        def both_slash():
            return 4

    paths = ("/plain", "/plain/", "/slash", "/slash/", "/both", "/both/")
    agree(build, *(f"{verb} {path}" for verb in ("GET", "POST") for path in paths), redirect_slashes=False)


def test_routers():
    """Prefixes add up; a router is included twice, in routers, and beside routes of the application."""

    def build(lib):
        items = lib.router("items", prefix="/items", tags=["items"], responses={404: {"description": "Not found"}})
        users = lib.router("users", tags=["users"])
        version = lib.router("version", prefix="/v{version}")

        @items.get("/")
        def read_items(q: int = 0):
            return ["items", q]

        @items.put("/{item_id}", tags=["custom"], responses={403: {"description": "Operation forbidden"}})
        def update_item(item_id: str):
            if item_id != "plumbus":
                raise lib.HTTPException(403, "You can only update the item: plumbus")
            return {"item_id": item_id}

        @users.get("/users/me")
        def read_me(version: int = 0):
            return ["me", version]

        version.include(users)
        version.include(items, url_prefix="/inner")
        lib.include(items)
        lib.include(items, url_prefix="/again", name="again", tags=["again"], deprecated=True)
        lib.include(version, url_prefix="/api", name="api")

        @lib.get("/")
        def root():
            return "root"

    agree(
        build,
        *(
            "GET /items/",
            "GET /items",
            "GET /items/?q=x",
            "PUT /items/plumbus",
            "PUT /items/x",
            "GET /again/items/?q=3",
        ),
        *(
            "GET /api/v3/users/me",
            "GET /api/vx/users/me",
            "GET /api/v3/inner/items/",
            "GET /users/me",
            "GET /",
            "PUT /again/items/x",
        ),
    )


def test_a_path_parameter_of_the_prefix():
    """A router's prefix may hold a parameter, which dependencies read, too."""

    def build(lib):
        def tenant(tenant_id: int):
            return tenant_id

        router = lib.router("tenants", prefix="/tenants/{tenant_id}", dependencies=[lib.Depends(tenant)])

        @router.get("/items/{item}")
        def read(item: str, tenant: Annotated[int, lib.Depends(tenant)]):
            return [tenant, item]

        @router.get("/name")
        def name(tenant_id: str):
            return tenant_id

        lib.include(router)

    agree(build, "GET /tenants/3/items/a", "GET /tenants/x/items/a", "GET /tenants/3/name", "GET /tenants/x/name")


def test_a_dependency_on_several_paths():
    """A parameter is the path's where the URL has its name, and the query's where it has not."""

    def build(lib):
        def item(item_id: int):
            return item_id

        @lib.get("/path/{item_id}")
        def by_path(item: Annotated[int, lib.Depends(item)]):
            return item

        @lib.get("/query")
        def by_query(item: Annotated[int, lib.Depends(item)]):
            return item

    agree(
        build,
        "GET /path/3",
        "GET /path/x",
        "GET /path/3?item_id=4",
        "GET /query?item_id=5",
        "GET /query",
        "GET /query?item_id=x",
    )


def test_redirects_keep_the_body():
    """A client that follows a 307 sends method and body again."""

    def build(lib):
        @lib.post("/items/")
        def create(item: dict[str, int]):
            return item

    twins = Twins(build)
    answers = [
        client.post("/items", json={"a": 1}, follow_redirects=True).json() for client in (twins.fastapi, twins.flask)
    ]
    assert answers == [{"a": 1}, {"a": 1}]
