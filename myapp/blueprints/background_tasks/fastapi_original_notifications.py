"""BackgroundTasks: a notification that is written once the response has been sent."""

from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, Path, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.background import BackgroundTask


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    yield {"notifications": deque(maxlen=1000)}


router = APIRouter(prefix="/notifications", lifespan=lifespan)

Email = Annotated[str, Path(max_length=254)]


class Message(BaseModel):
    message: str


def write_notification(notifications: deque[tuple[str, str]], email: str, message: str = "") -> None:
    notifications.append((email, message))


def log_query(email: Email, background_tasks: BackgroundTasks, request: Request, q: str | None = None) -> str | None:
    if q:
        background_tasks.add_task(write_notification, request.state.notifications, email, f"found query: {q}")
    return q


@router.post("/{email}", status_code=202)
def send_notification(
    email: Email, background_tasks: BackgroundTasks, q: Annotated[str | None, Depends(log_query)], request: Request
) -> Message:
    """Answer, and write the notification afterwards."""
    background_tasks.add_task(write_notification, request.state.notifications, email, message="some notification")
    return Message(message="Notification sent in the background")


@router.post("/{email}/receipts/", status_code=202)
def send_receipt(email: Email, request: Request) -> JSONResponse:
    """Answer with a response that brings its own task."""
    task = BackgroundTask(write_notification, request.state.notifications, email, message="a receipt")
    return JSONResponse({"message": "Receipt sent in the background"}, status_code=202, background=task)


@router.get("/{email}")
def read_notifications(email: Email, request: Request) -> list[str]:
    """Read what was written for an address."""
    return [message for address, message in request.state.notifications if address == email]
