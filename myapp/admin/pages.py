"""How values and errors look on the administration's pages."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from http import HTTPStatus
from typing import Any

from flask import Response, request
from flask.templating import render_template
from markupsafe import Markup
from werkzeug.exceptions import HTTPException


def shown_time(view: Any, value: datetime, name: str) -> Markup:
    """Return a time to the minute, in UTC, with the exact one for programs."""
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), f"{value:%Y-%m-%d %H:%M}")


def exported_time(view: Any, value: datetime, name: str) -> str:
    """Return a time as ISO 8601."""
    return value.isoformat()


def shown_member(view: Any, value: Enum, name: str) -> str:
    """Return an enum's value; the library shows its name in Python."""
    return str(value.value)


def shown_flag(view: Any, value: bool, name: str) -> str:
    """Return a word: an icon alone says nothing to a screen reader or in print."""
    return "yes" if value else "no"


FORMATTERS = {bool: shown_flag, datetime: shown_time, Enum: shown_member}
EXPORT_FORMATTERS = {bool: shown_flag, datetime: exported_time, Enum: shown_member}


def error_page(error: HTTPException) -> Response:
    """Return an error as a page, or as plain text to the list's inline editor, which shows what it gets."""
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    code = error.code or 500
    # What goes wrong inside is for the log.
    text = str(error.description) if code < 500 else "Something went wrong. The log knows more."
    if (request.endpoint or "").endswith(".ajax_update"):
        return Response(text, code, mimetype="text/plain")
    page = render_template("admin/error.html", code=code, phrase=HTTPStatus(code).phrase, text=text)
    response = Response(page, code, mimetype="text/html")
    response.headers.extend((name, value) for name, value in error.get_headers() if name != "Content-Type")
    return response
