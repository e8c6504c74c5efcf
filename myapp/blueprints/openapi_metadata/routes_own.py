"""What an application says of itself: its information, its tags, where its document and pages are."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, url_for

from myapp.kit import Api, operation
from myapp.kit.openapi import get_openapi, get_swagger_ui_html
from myapp.kit.operation import PathOperation


def short_id(route: PathOperation) -> str:
    """Name an operation after its tag and its function, for generated clients."""
    return f"{route.tags[0]}-{route.name}"


@dataclass
class Depot:
    name: str
    opens: str = "08:00"


class Branded(Api):
    """One whose document says more than the keywords can."""

    def openapi(self) -> dict[str, Any]:
        """Add a logo, which ReDoc would show."""
        document = super().openapi()
        document["info"]["x-logo"] = {"url": "https://example.com/logo.png"}
        return document


app = Flask(f"{__name__}.own")
api = Branded(
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
    openapi_version="3.1.1",
)
api.init_app(app)


@app.get("/depots/")
@operation(tags=["depots"])
def list_depots() -> list[str]:
    """List the depots."""
    return ["North", "South"]


@app.put("/depots/<name>")
@operation(tags=["depots"])
def replace_depot(name: str, depot: Depot) -> Depot:
    """Replace a depot; one schema stands for what comes in and for what goes out."""
    return depot


@app.get("/parcels/")
@operation(tags=["parcels"])
def list_parcels() -> list[str]:
    """List the parcels."""
    return ["Books"]


@app.get("/partners/openapi.json")
def partners_document() -> dict[str, Any]:
    """A document of its own for those who deal with depots."""
    routes = [route for route in api.path_operations() if "depots" in route.tags]
    return get_openapi(title="Depots", version="2", path_operations=routes)


@app.get("/partners/docs")
def partners_page() -> str:
    """The page that shows it, with the scripts that the page for everybody has."""
    return get_swagger_ui_html(
        openapi_url=url_for("partners_document"),
        title="Depots",
        swagger_js_url=url_for("swagger_ui_asset", filename="swagger-ui-bundle.js"),
        swagger_css_url=url_for("swagger_ui_asset", filename="swagger-ui.css"),
    )
