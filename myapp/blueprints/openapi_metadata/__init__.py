"""FastAPI's metadata are the same keywords on `@operation()`, `Blueprint` options and `Api(...)`, written by apispec.

## What FastAPI gives

The document at `/openapi.json` and the page at `/docs` follow from the code. A decorator's keywords say more about an
operation: tags, summary, description, examples, other answers. The application's say what it is, who answers for it,
and where the document and its pages are.

## What matches it here

| FastAPI | Flask |
|---|---|
| `tags`, `summary`, `description`, `response_description`, `deprecated` | the same keywords of `@operation()` |
| the docstring as Markdown, up to a form feed | the same |
| `operation_id`, `openapi_extra`, `include_in_schema` | the same |
| a body in YAML, say, which the view reads itself: `request.body()` | Flask's `request.get_data()` |
| its `Recipe.model_json_schema()` in `openapi_extra` | `TypeAdapter(Recipe).json_schema()` |
| `Recipe.model_validate(data)`, `ValidationError.errors()` | `TypeAdapter(Recipe).validate_python(data)`, the same |
| `responses={404: {"model": Message}}` with descriptions, headers, other media types | the same |
| `Field(examples=)`, `json_schema_extra` | the same, the latter in `ModelConfig` |
| `openapi_examples` of `Path`, `Query`, `Header`, `Cookie`, `Body`, `Form`, `File` | the same |
| `FastAPI(title=, summary=, contact=, license_info=, servers=, openapi_tags=, …)` | the same keywords of `Api` |
| `openapi_url`, `docs_url`, `redoc_url`, also None | the same |
| `swagger_ui_parameters`, `generate_unique_id_function` (a router's, too), `separate_input_output_schemas` | the same |
| `redirect_slashes=False`: `/parcels` is not `/parcels/` | the same |
| `app.openapi_version = "3.1.1"` | `Api(openapi_version="3.1.1")` |
| `app.openapi` overridden to say more | a subclass of `Api` with its own `openapi()` |
| `get_openapi(routes=…)` of some of the routes | `get_openapi(path_operations=…)` of some of `api.path_operations()` |
| `get_swagger_ui_html(…)`, `get_redoc_html(…)` for pages of one's own, assets from where one likes | the same |
| `app.openapi()` | `api.openapi()`, and `flask openapi` on the command line |

An application that says all of this stands below `/openapi-metadata/own`, with its page at
[`/openapi-metadata/own/documentation`](/openapi-metadata/own/documentation), and a second document of a part of it at
[`/openapi-metadata/own/partners/docs`](/openapi-metadata/own/partners/docs).

## What differs

The scripts and styles of the pages come from installed packages instead of a CDN, so `/docs` works without a network.

## When not to use it

A document need not be public: `Api(openapi_url=None)` leaves out the document and its pages, and `flask openapi` still
writes it. This application has a setting for that, and for keeping them behind a login: `MYAPP_API_DOCS`.
"""
