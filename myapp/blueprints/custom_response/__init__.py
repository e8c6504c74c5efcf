"""FastAPI's response classes are the kit's, of the same names: Flask responses, returned or as `response_class`.

## What FastAPI gives

What a path operation returns becomes JSON, unless it returns a response itself or names a class for it:
`@app.get("/", response_class=HTMLResponse)`. The class writes the body, and its media type stands in the document.
There are classes for pages, text, redirects, files and streams; a subclass with a `render()` writes anything else.

## What matches it here

| FastAPI | Flask |
|---|---|
| `response_class=HTMLResponse` (`PlainTextResponse`, `JSONResponse`) | the same, on `@operation(...)` |
| `class Feed(Response): media_type = ...; def render(...)` | the same, from `myapp.kit` |
| `Response(content, media_type="application/xml")` | the same, or any response of Flask's own |
| `RedirectResponse(url)`: 307 | the same; Flask's `redirect(url)` says 302 |
| `FileResponse(path, filename="Übersicht.pdf")`, ranges | the same, by Werkzeug's conditional responses |
| `FileResponse(path, stat_result=path.stat())`: the disk is asked once | the same |
| `JSONResponse(..., background=BackgroundTask(send_mail, address))`, every class | the same |
| `StreamingResponse(chunks())` | the same; `request`, `g` and the session stay while it is sent |
| a view that yields, with `response_class=` of a stream | the same |
| `response: Response` asked for: `status_code`, `headers`, `set_cookie(...)` beside the result | the same |
| `responses={200: {"content": {"text/csv": {}}}}`: the type of what is returned | the same |
| `APIRouter(default_response_class=...)` | `router_options(bp, default_response_class=...)` |
| `FastAPI(default_response_class=...)` | `Api(default_response_class=...)` |

## What differs

A browser that sends a file's ETag back gets a 304 from Flask, the whole file from FastAPI's `FileResponse`. Several
ranges in one request are refused with a 416. Flask finds a missing file when the response is made, FastAPI when it is
sent: in both a 500.

## When not to use it

A page belongs in a template (see Templates and static files). For data, declare the type that the view returns: that
checks it, filters it and documents it, and a hand-made `JSONResponse` does none of that.
"""
