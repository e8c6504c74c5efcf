"""BackgroundTasks: a notification that is written once the response has been sent."""

from collections import deque
from typing import Annotated

from flask import Blueprint, current_app
from flask.blueprints import BlueprintSetupState

from myapp.blueprints.background_tasks.schemas import Message
from myapp.kit import BackgroundTask, BackgroundTasks, Depends, JSONResponse, Path, operation

bp = Blueprint("notifications", __name__, url_prefix="/notifications")

Email = Annotated[str, Path(max_length=254)]


@bp.record_once
def make_log(state: BlueprintSetupState) -> None:
    state.app.extensions["notifications"] = deque(maxlen=1000)


def write_notification(email: str, message: str = "") -> None:
    current_app.extensions["notifications"].append((email, message))


def log_query(email: Email, background_tasks: BackgroundTasks, q: str | None = None) -> str | None:
    if q:
        background_tasks.add_task(write_notification, email, f"found query: {q}")
    return q


@bp.post("/<email>")
@operation(status_code=202)
def send_notification(
    email: Email, background_tasks: BackgroundTasks, q: Annotated[str | None, Depends(log_query)]
) -> Message:
    """Answer, and write the notification afterwards."""
    background_tasks.add_task(write_notification, email, message="some notification")
    return Message(message="Notification sent in the background")


@bp.post("/<email>/receipts/")
@operation(status_code=202)
def send_receipt(email: Email) -> JSONResponse:
    """Answer with a response that brings its own task."""
    task = BackgroundTask(write_notification, email, message="a receipt")
    return JSONResponse({"message": "Receipt sent in the background"}, status_code=202, background=task)


@bp.get("/<email>")
@operation()
def read_notifications(email: Email) -> list[str]:
    """Read what was written for an address."""
    return [message for address, message in current_app.extensions["notifications"] if address == email]
