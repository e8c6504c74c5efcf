"""What the document says of an operation."""

from enum import Enum

from flask import Blueprint

from myapp.blueprints.openapi_metadata import routes_examples, routes_own, routes_yaml
from myapp.kit import mount, operation, router_options

bp = Blueprint("openapi_metadata", __name__, url_prefix="/openapi-metadata")
router_options(bp, tags=["openapi-metadata"])


class Tags(Enum):
    drafts = "drafts"


@bp.get("/summary")
@operation(summary="Read the short form", description="Overrides the *docstring*.", tags=[Tags.drafts])
def read_summary() -> dict[str, str]:
    """Stay unseen: summary and description are given."""
    return {"form": "short"}


@bp.get("/docstring")
@operation(response_description="The long form")
def read_docstring() -> dict[str, str]:
    """Read the long form.

    The docstring is **Markdown**:

    - lists work
    - and `code`

    \f
    What follows the form feed is for readers of the source.
    """
    return {"form": "long"}


@bp.get("/deprecated")
@operation(deprecated=True)
def read_deprecated() -> dict[str, str]:
    """Read the form of last year."""
    return {"form": "old"}


@bp.get("/named")
@operation(operation_id="read_the_named_form")
def read_named() -> dict[str, str]:
    """Read the form that client generators know by name."""
    return {"form": "named"}


@bp.get("/extra")
@operation(openapi_extra={"x-audience": "partners", "externalDocs": {"url": "https://example.com/form"}})
def read_extra() -> dict[str, str]:
    """Read the form with extras in the document."""
    return {"form": "extra"}


@bp.get("/hidden")
@operation(include_in_schema=False)
def read_hidden() -> dict[str, str]:
    """Read the form that the document does not mention."""
    return {"form": "hidden"}


@bp.get("/undocumented")
@operation()
def read_undocumented() -> dict[str, str]:
    return {"form": "undocumented"}


bp.register_blueprint(routes_examples.bp)
bp.register_blueprint(routes_yaml.bp)
mount(bp, "/own", routes_own.app)
