"""FastAPI's built-ins, a folder each: the original and its match in Flask.

A folder's docstring is its page: the gallery shows it, and it describes the folder's tag in `/docs`.
"""

from importlib import import_module

#: The folders in the order of FastAPI's documentation.
FOLDERS = (
    "first_steps",
    "path_params",
    "query_params",
    "header_cookie_params",
    "body",
    "dependencies",
    "sql_databases",
)


def page(folder: str) -> str:
    """Return a folder's page, in Markdown."""
    return (import_module(f"{__name__}.{folder}").__doc__ or "").strip()


def openapi_tags() -> list[dict[str, str]]:
    """Return what `Api(openapi_tags=...)` and `FastAPI(openapi_tags=...)` take: each folder's page under its tag."""
    return [{"name": folder.replace("_", "-"), "description": page(folder)} for folder in FOLDERS]
