"""What an application says of itself: its information, its tags, where its document and pages are."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel


def short_id(route: APIRoute) -> str:
    """Name an operation after its tag and its function, for generated clients."""
    return f"{route.tags[0]}-{route.name}"


class Depot(BaseModel):
    name: str
    opens: str = "08:00"


class Branded(FastAPI):
    """One whose document says more than the keywords can."""

    def openapi(self) -> dict[str, Any]:
        """Add a logo, which ReDoc would show."""
        document = super().openapi()
        document["info"]["x-logo"] = {"url": "https://example.com/logo.png"}
        return document


app = Branded(
    title="Parcels",
    summary="Where they are",
    description="**Markdown** is written out.",
    version="1.2.3",
    terms_of_service="https://example.com/terms",
    contact={"name": "Ada", "url": "https://example.com/ada", "email": "ada@example.com"},
    license_info={"name": "Apache 2.0", "identifier": "Apache-2.0"},
    servers=[{"url": "https://parcels.example", "description": "The real one"}],
    openapi_tags=[
        {"name": "parcels", "description": "All about *parcels*", "externalDocs": {"url": "https://example.com"}},
        {"name": "depots", "description": "Where parcels stay"},
    ],
    openapi_url="/api/v1/openapi.json",
    docs_url="/documentation",
    redoc_url=None,
    swagger_ui_parameters={"syntaxHighlight": False, "deepLinking": False},
    generate_unique_id_function=short_id,
    openapi_external_docs={"url": "https://example.com/help", "description": "For beginners"},
    separate_input_output_schemas=False,
    redirect_slashes=False,
)
app.openapi_version = "3.1.1"


@app.get("/depots/", tags=["depots"])
async def list_depots() -> list[str]:
    """List the depots."""
    return ["North", "South"]


@app.put("/depots/{name}", tags=["depots"])
async def replace_depot(name: str, depot: Depot) -> Depot:
    """Replace a depot; one schema stands for what comes in and for what goes out."""
    return depot


@app.get("/parcels/", tags=["parcels"])
async def list_parcels() -> list[str]:
    """List the parcels."""
    return ["Books"]


@app.get("/partners/openapi.json", tags=["partners"], include_in_schema=False)
async def partners_document() -> dict[str, Any]:
    """A document of its own for those who deal with depots."""
    routes = [route for route in app.routes if isinstance(route, APIRoute) and "depots" in route.tags]
    return get_openapi(title="Depots", version="2", routes=routes)


@app.get("/partners/docs", tags=["partners"], include_in_schema=False)
async def partners_page(request: Request) -> HTMLResponse:
    """The page that shows it, with scripts from where one likes."""
    return get_swagger_ui_html(
        openapi_url=str(request.url_for("partners_document").path),
        title="Depots",
        swagger_js_url="https://cdn.jsdelivr.net/npm/swagger-ui-dist@5/swagger-ui-bundle.js",
        swagger_css_url="https://cdn.jsdelivr.net/npm/swagger-ui-dist@5/swagger-ui.css",
    )
