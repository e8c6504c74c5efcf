"""An application whose handlers replace the default ones, or add to them."""

from fastapi import FastAPI, HTTPException, Request, status
from fastapi.encoders import jsonable_encoder
from fastapi.exception_handlers import http_exception_handler, request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException as StarletteHTTPException


class UnicornException(Exception):
    """What no framework knows."""

    def __init__(self, name: str) -> None:
        self.name = name


class Item(BaseModel):
    title: str
    size: int


app = FastAPI(title="Errors of its own", version="1.0", max_body_size=10_000)


@app.exception_handler(UnicornException)
def handle_unicorn(request: Request, error: UnicornException) -> Response:
    """Answer an exception of the application's own."""
    text = f"Oops! {error.name} did something at {request.url.path}"
    return JSONResponse({"message": text}, status.HTTP_418_IM_A_TEAPOT)


@app.exception_handler(RequestValidationError)
async def handle_faults(request: Request, error: RequestValidationError) -> Response:
    """Send the body back with what is wrong with it; to whoever wants text, one line a fault; else the default."""
    wanted = request.headers.get("accept", "")
    if wanted == "text/plain":
        lines = [f"Field: {each['loc']}, Error: {each['msg']}" for each in error.errors()]
        return PlainTextResponse("\n".join(["Validation errors:", *lines]), 400)
    if wanted == "application/json":
        return JSONResponse(jsonable_encoder({"detail": error.errors(), "body": error.body}), 422)
    return await request_validation_exception_handler(request, error)


@app.exception_handler(StarletteHTTPException)
async def handle_http_exception(request: Request, error: StarletteHTTPException) -> Response:
    """Add to the default answer, also to that of an unknown URL."""
    response = await http_exception_handler(request, error)
    response.headers["X-Error"] = str(error.status_code)
    return response


@app.exception_handler(status.HTTP_404_NOT_FOUND)
async def handle_unknown(request: Request, error: StarletteHTTPException) -> Response:
    """Say of one status what is not there."""
    text = f"There is nothing at {request.url.path}"
    return JSONResponse({"detail": text}, status.HTTP_404_NOT_FOUND)


@app.get("/unicorns/{name}")
async def read_unicorn(name: str) -> dict[str, str]:
    """Read a unicorn, unless it is yolo."""
    if name == "yolo":
        raise UnicornException(name=name)
    return {"unicorn_name": name}


@app.post("/items/")
async def create_item(item: Item) -> Item:
    """Take an item."""
    return item


@app.get("/items/{item_id}")
async def read_item(item_id: int) -> dict[str, int]:
    """Read an item; there is no third, nor a fourth."""
    if item_id == 4:
        raise HTTPException(status_code=404)
    if item_id == 3:
        raise HTTPException(status_code=418, detail="Nope! I don't like 3.", headers={"X-Number": "3"})
    return {"item_id": item_id}
