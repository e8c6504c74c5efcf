"""FastAPI's `Jinja2Templates` and `StaticFiles` are Flask's own: `render_template` and files below a URL.

## What FastAPI gives

`Jinja2Templates(directory=...)` renders a template with the request in its context, with `url_for` inside it;
`StaticFiles` serves a directory with ETag and 304, and answers what is missing with a JSON 404.

## What matches it here

| FastAPI | Flask |
|---|---|
| `templates.TemplateResponse(request, "page.html", {...})` | `render_template("page.html", ...)`, which has it anyway |
| `{{ url_for('show_page', slug=...) }}`, a whole URL | `{{ url_for('.show_page', slug=..., _external=True) }}` |
| inheritance, escaping, filters | the same: Jinja is Flask's own template engine |
| `app.mount("/static", StaticFiles(directory=...), name="static")` | `static_files(bp, "/static", directory=...)` |
| `html=True`, `packages=[...]`, `check_dir=False`, `follow_symlink=True` | the same keywords |
| ETag, Last-Modified, 304, ranges | the same values, by Werkzeug's conditional responses |

## What differs

A `Blueprint` has a `static_folder` of its own, one keyword instead of a mount. It answers a missing file with
Flask's page and tells browsers to ask again each time (`Cache-Control: no-cache`); `static_files` answers to the
letter as FastAPI does. A view that renders a page may be a plain Flask view, or an operation that returns a response.

## When not to use it

Behind nginx or a CDN let these serve the files. WhiteNoise is the Python answer with compression and far-future
caching.
"""
