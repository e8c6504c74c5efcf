"""The pages of Swagger UI and ReDoc, as HTML that holds nothing unescaped.

Pairs https://fastapi.tiangolo.com/how-to/custom-docs-ui-assets/ with Jinja, which comes with Flask. The functions have
FastAPI's names. There is no CDN to fall back to, so the URLs of the assets are always given;
`myapp.kit.openapi.docs` serves those of installed packages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from jinja2 import DictLoader, Environment
from markupsafe import Markup

NO_ICON: Final = "data:,"

swagger_ui_default_parameters: Final[Mapping[str, Any]] = {
    "dom_id": "#swagger-ui",
    "layout": "BaseLayout",
    "deepLinking": True,
    "showExtensions": True,
    "showCommonExtensions": True,
}
"""What the page tells Swagger UI, unless `swagger_ui_parameters` says otherwise: FastAPI's values."""

_PAGE: Final = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<link rel="icon" href="{{ favicon_url }}">
{% block head %}{% endblock %}
</head>
<body>
{% block body %}{% endblock %}
</body>
</html>
"""

_SWAGGER_UI: Final = """\
{% extends "page" %}
{% block head %}<link rel="stylesheet" href="{{ css_url }}">{% endblock %}
{% block body %}
<div id="swagger-ui"></div>
<noscript>Swagger UI needs JavaScript.</noscript>
<script src="{{ js_url }}"></script>
<script>
const options = {{ options|tojson }};
options.presets = [SwaggerUIBundle.presets.apis, SwaggerUIBundle.SwaggerUIStandalonePreset];
if (options.oauth2RedirectUrl) options.oauth2RedirectUrl = new URL(options.oauth2RedirectUrl, location).href;
const ui = SwaggerUIBundle(options);
{%- if init_oauth %}
ui.initOAuth({{ init_oauth|tojson }});
{%- endif %}
</script>
{% endblock %}
"""

_REDOC: Final = """\
{% extends "page" %}
{% block head %}<style>body { margin: 0; padding: 0; }</style>{% endblock %}
{% block body %}
<noscript>ReDoc needs JavaScript.</noscript>
<redoc spec-url="{{ openapi_url }}"></redoc>
<script{% if module %} type="module"{% endif %} src="{{ js_url }}"></script>
{% endblock %}
"""

_OAUTH2_REDIRECT: Final = """\
{% extends "page" %}
{% block body %}<script src="{{ js_url }}"></script>{% endblock %}
"""

_TEMPLATES: Final = Environment(
    loader=DictLoader({"page": _PAGE, "swagger_ui": _SWAGGER_UI, "redoc": _REDOC, "oauth2_redirect": _OAUTH2_REDIRECT}),
    autoescape=True,
)


def _page(name: str, *, title: str, favicon_url: str = NO_ICON, **values: Any) -> Markup:
    return Markup(_TEMPLATES.get_template(name).render(title=title, favicon_url=favicon_url, **values))


def get_swagger_ui_html(
    *,
    openapi_url: str,
    title: str,
    swagger_js_url: str,
    swagger_css_url: str,
    swagger_favicon_url: str = NO_ICON,
    oauth2_redirect_url: str | None = None,
    init_oauth: Mapping[str, Any] | None = None,
    swagger_ui_parameters: Mapping[str, Any] | None = None,
) -> Markup:
    """The page that shows the document at `openapi_url` with Swagger UI.

    `swagger_ui_parameters` are Swagger UI's own, over `swagger_ui_default_parameters`; `init_oauth` goes to its
    `initOAuth`. https://fastapi.tiangolo.com/how-to/configure-swagger-ui/
    """
    options = {**swagger_ui_default_parameters, **(swagger_ui_parameters or {}), "url": openapi_url}
    if oauth2_redirect_url:
        options["oauth2RedirectUrl"] = oauth2_redirect_url
    return _page(
        "swagger_ui",
        title=title,
        js_url=swagger_js_url,
        css_url=swagger_css_url,
        favicon_url=swagger_favicon_url,
        options=options,
        init_oauth=init_oauth,
    )


def get_swagger_ui_oauth2_redirect_html(*, js_url: str) -> Markup:
    """The page to which an OAuth2 server sends the browser back; `js_url` is Swagger UI's own script for it."""
    return _page("oauth2_redirect", title="Swagger UI: OAuth2 Redirect", js_url=js_url)


def get_redoc_html(
    *,
    openapi_url: str,
    title: str,
    redoc_js_url: str,
    redoc_js_is_module: bool = False,
    redoc_favicon_url: str = NO_ICON,
) -> Markup:
    """The page that shows the document at `openapi_url` with ReDoc; no fonts are loaded from elsewhere.

    ReDoc 3 is an ECMAScript module, which browsers have to be told; ReDoc 2 is not.
    """
    return _page(
        "redoc",
        title=title,
        favicon_url=redoc_favicon_url,
        openapi_url=openapi_url,
        js_url=redoc_js_url,
        module=redoc_js_is_module,
    )
