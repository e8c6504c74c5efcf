"""The application with a few views that tell what came through a proxy: `gunicorn tests.services.behind_nginx:app`."""

import time
from collections.abc import Iterator

from flask import Response, redirect, request, url_for

from myapp import create_app

app = create_app()


@app.get("/who")
def who() -> dict[str, str | None]:
    """Tell who seems to ask, and for what."""
    return {"visitor": request.remote_addr, "url": request.url, "id": request.headers.get("X-Request-ID")}


@app.get("/redirect")
def send_away() -> Response:
    """Lead to an absolute address."""
    return redirect(url_for("who", _external=True))  # type: ignore[return-value]


@app.post("/size")
def size() -> dict[str, int]:
    """Count the bytes of the body."""
    return {"size": len(request.get_data())}


def ticks() -> Iterator[str]:
    """Three events, half a second apart."""
    for number in range(3):
        yield f"data: {number}\n\n"
        time.sleep(0.5)


@app.get("/server-sent-events/ticks")
def events() -> Response:
    """An event stream that says nothing to the proxy."""
    return Response(ticks(), mimetype="text/event-stream")


@app.get("/ticks")
def unbuffered() -> Response:
    """A stream elsewhere, which asks the proxy not to buffer it."""
    return Response(ticks(), mimetype="text/plain", headers={"X-Accel-Buffering": "no"})


@app.get("/sql-databases/etags/long")
def long_with_an_etag() -> Response:
    """JSON that is worth compressing, of a resource that is changed under If-Match."""
    return Response("[" + "1," * 2000 + "1]", mimetype="application/json", headers={"ETag": '"1"'})
