"""A small Flask application from before: no kit, no documents. Both sides mount it."""

from flask import Flask, request

app = Flask(__name__)


@app.get("/hello/<name>")
def say_hello(name: str) -> str:
    """Greet, and tell where this application thinks it is."""
    return f"Hello {name}, from {request.script_root}"


@app.post("/echo")
def echo() -> bytes:
    """Send the body back."""
    return request.get_data()
