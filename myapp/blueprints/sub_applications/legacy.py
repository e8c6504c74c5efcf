"""A small Flask application from before: no kit, no documents. Both sides mount it."""

from flask import Flask, Response, request
from markupsafe import escape

app = Flask(__name__)


@app.get("/hello/<name>")
def say_hello(name: str) -> str:
    """Greet, and tell where this application thinks it is."""
    return f"Hello {escape(name)}, from {escape(request.script_root)}"


@app.post("/echo")
def echo() -> Response:
    """Send the body back, as bytes that no browser shows as a page."""
    return Response(request.get_data(), mimetype="application/octet-stream")


@app.after_request
def keep_types(response: Response) -> Response:
    """Tell browsers to take each answer for what it says it is."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
