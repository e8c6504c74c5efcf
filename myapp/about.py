"""What both applications say of themselves in their OpenAPI documents."""

from typing import Final, TypedDict


class Info(TypedDict):
    """The words that `Api(...)` and `FastAPI(...)` take alike."""

    title: str
    summary: str
    description: str
    version: str


INFO: Final[Info] = {
    "title": "FastAPI's built-ins in Flask",
    "summary": "What FastAPI has built in, matched in Flask: the same requests, the same answers.",
    "description": "Each tag is one built-in: FastAPI's original and its match in Flask answer at the same URLs.",
    "version": "0.1.0",
}
