"""An application whose handlers replace the default ones, or add to them."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, make_response, request
from werkzeug.exceptions import HTTPException as WerkzeugHTTPException

from myapp.kit import (
    Api,
    HTTPException,
    JSONResponse,
    RequestValidationError,
    http_exception_handler,
    jsonable_encoder,
    operation,
    request_validation_exception_handler,
)


class UnicornException(Exception):
    """What no framework knows."""

    def __init__(self, name: str) -> None:
        self.name = name


@dataclass
class Item:
    title: str
    size: int


app = Flask(f"{__name__}.own")
Api(title="Errors of its own", version="1.0", max_body_size=10_000).init_app(app)


@app.errorhandler(UnicornException)
def handle_unicorn(error: UnicornException) -> tuple[dict[str, str], int]:
    """Answer an exception of the application's own."""
    text = f"Oops! {error.name} did something at {request.script_root}{request.path}"
    return {"message": text}, HTTPStatus.IM_A_TEAPOT


@app.errorhandler(RequestValidationError)
def handle_faults(error: RequestValidationError) -> Any:
    """Send the body back with what is wrong with it; to whoever wants text, one line a fault; else the default."""
    wanted = request.headers.get("Accept", "")
    if wanted == "text/plain":
        lines = [f"Field: {each['loc']}, Error: {each['msg']}" for each in error.errors()]
        return Response("\n".join(["Validation errors:", *lines]), 400, mimetype="text/plain")
    if wanted == "application/json":
        return jsonable_encoder({"detail": error.errors(), "body": error.body}), 422
    return request_validation_exception_handler(error)


@app.errorhandler(WerkzeugHTTPException)
def handle_http_exception(error: WerkzeugHTTPException) -> Response:
    """Add to the default answer, also to that of an unknown URL."""
    response = make_response(http_exception_handler(error))
    response.headers["X-Error"] = str(error.code)
    return response


@app.errorhandler(HTTPStatus.NOT_FOUND)
def handle_unknown(error: WerkzeugHTTPException) -> JSONResponse:
    """Say of one status what is not there."""
    text = f"There is nothing at {request.script_root}{request.path}"
    return JSONResponse({"detail": text}, HTTPStatus.NOT_FOUND)


@app.get("/unicorns/<name>")
@operation()
def read_unicorn(name: str) -> dict[str, str]:
    """Read a unicorn, unless it is yolo."""
    if name == "yolo":
        raise UnicornException(name=name)
    return {"unicorn_name": name}


@app.post("/items/")
@operation()
def create_item(item: Item) -> Item:
    """Take an item."""
    return item


@app.get("/items/<item_id>")
@operation()
def read_item(item_id: int) -> dict[str, int]:
    """Read an item; there is no third, nor a fourth."""
    if item_id == 4:
        raise HTTPException(status_code=404)
    if item_id == 3:
        raise HTTPException(status_code=418, detail="Nope! I don't like 3.", headers={"X-Number": "3"})
    return {"item_id": item_id}
