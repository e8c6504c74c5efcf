"""FastAPI's built-ins, a folder each: the original and its match in Flask.

A folder's docstring is its page. The first sentence describes the folder's tag in `/docs`, where the whole page would
push the operations out of sight, and the folder's row in the README.
"""

from importlib import import_module

DOCS = "https://fastapi.tiangolo.com/"

#: The folders in the order of FastAPI's documentation: what the built-in is called there, and its page.
PAGES = {
    "first_steps": ("First steps", "tutorial/first-steps/"),
    "path_params": ("Path parameters", "tutorial/path-params/"),
    "query_params": ("Query parameters", "tutorial/query-params/"),
    "header_cookie_params": ("Header and cookie parameters", "tutorial/header-params/"),
    "body": ("Request body", "tutorial/body/"),
    "body_updates": ("Body updates", "tutorial/body-updates/"),
    "extra_data_types": ("Extra data types and the JSON encoder", "tutorial/extra-data-types/"),
    "response_model": ("Response model", "tutorial/response-model/"),
    "handling_errors": ("Handling errors", "tutorial/handling-errors/"),
    "openapi_metadata": ("Metadata and documentation", "tutorial/metadata/"),
    "forms_files": ("Forms and files", "tutorial/request-forms/"),
    "dependencies": ("Dependencies", "tutorial/dependencies/"),
    "security": ("Security", "tutorial/security/"),
    "sql_databases": ("SQL databases", "tutorial/sql-databases/"),
    "background_tasks": ("Background tasks", "tutorial/background-tasks/"),
    "sub_applications": ("Sub-applications", "advanced/sub-applications/"),
    "custom_response": ("Custom responses", "advanced/custom-response/"),
    "templates_static": ("Templates and static files", "advanced/templates/"),
    "frontend": ("Frontend", "tutorial/frontend/"),
    "websockets": ("WebSockets", "advanced/websockets/"),
    "server_sent_events": ("Server-sent events and JSON Lines", "tutorial/server-sent-events/"),
    "testing": ("Testing", "tutorial/testing/"),
    "lifespan": ("Lifespan events", "advanced/events/"),
    "middleware": ("Middleware", "advanced/middleware/"),
    "settings": ("Settings and environment variables", "advanced/settings/"),
    "callbacks_webhooks": ("OpenAPI callbacks and webhooks", "advanced/openapi-callbacks/"),
    "async_views": ("Concurrency and async / await", "async/"),
}
FOLDERS = tuple(PAGES)
_PREFIXES = frozenset(folder.replace("_", "-") for folder in FOLDERS)


def page(folder: str) -> str:
    """Return a folder's page, in Markdown."""
    return (import_module(f"{__name__}.{folder}").__doc__ or "").strip()


def match(folder: str) -> str:
    """Return the first paragraph of a folder's page: what matches the built-in, in one sentence."""
    return " ".join(page(folder).split("\n\n")[0].split())


def openapi_tags() -> list[dict[str, str]]:
    """Return what `Api(openapi_tags=...)` and `FastAPI(openapi_tags=...)` take: a tag for each folder."""
    return [{"name": folder.replace("_", "-"), "description": match(folder)} for folder in FOLDERS]


def is_api(path: str) -> bool:
    """Tell whether a path belongs to the API, whose errors are JSON; elsewhere is the site, whose errors are pages."""
    return path.lstrip("/").partition("/")[0] in _PREFIXES
