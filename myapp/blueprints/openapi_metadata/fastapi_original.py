"""What the document says of an operation."""

from enum import Enum

from fastapi import APIRouter

from myapp.blueprints.openapi_metadata import fastapi_original_examples, fastapi_original_own, fastapi_original_yaml

router = APIRouter(prefix="/openapi-metadata", tags=["openapi-metadata"])


class Tags(Enum):
    drafts = "drafts"


@router.get("/summary", summary="Read the short form", description="Overrides the *docstring*.", tags=[Tags.drafts])
async def read_summary() -> dict[str, str]:
    """Stay unseen: summary and description are given."""
    return {"form": "short"}


@router.get("/docstring", response_description="The long form")
async def read_docstring() -> dict[str, str]:
    """Read the long form.

    The docstring is **Markdown**:

    - lists work
    - and `code`

    \f
    What follows the form feed is for readers of the source.
    """
    return {"form": "long"}


@router.get("/deprecated", deprecated=True)
async def read_deprecated() -> dict[str, str]:
    """Read the form of last year."""
    return {"form": "old"}


@router.get("/named", operation_id="read_the_named_form")
async def read_named() -> dict[str, str]:
    """Read the form that client generators know by name."""
    return {"form": "named"}


@router.get("/extra", openapi_extra={"x-audience": "partners", "externalDocs": {"url": "https://example.com/form"}})
async def read_extra() -> dict[str, str]:
    """Read the form with extras in the document."""
    return {"form": "extra"}


@router.get("/hidden", include_in_schema=False)
async def read_hidden() -> dict[str, str]:
    """Read the form that the document does not mention."""
    return {"form": "hidden"}


@router.get("/undocumented")
async def read_undocumented() -> dict[str, str]:
    return {"form": "undocumented"}


router.include_router(fastapi_original_examples.router)
router.include_router(fastapi_original_yaml.router)
router.mount("/openapi-metadata/own", fastapi_original_own.app)
