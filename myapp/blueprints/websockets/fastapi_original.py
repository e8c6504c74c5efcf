"""WebSockets as FastAPI has them: routes with parameters, dependencies and close codes, and rooms to talk in."""

import asyncio
import time
from collections import defaultdict
from pathlib import Path as FilePath
from typing import Annotated, Literal
from urllib.parse import urlsplit

from fastapi import (
    APIRouter,
    Cookie,
    Depends,
    HTTPException,
    Path,
    Query,
    Request,
    Response,
    WebSocket,
    WebSocketException,
)
from fastapi.concurrency import run_in_threadpool
from fastapi.requests import HTTPConnection
from fastapi.security import OAuth2PasswordBearer
from fastapi.templating import Jinja2Templates
from sqlalchemy.orm import Session

from myapp.authentication import InvalidToken, get_token_user, read_access_token

router = APIRouter(prefix="/websockets", tags=["websockets"])

templates = Jinja2Templates(directory=FilePath(__file__).parent / "templates")
ROOMS = ["lobby", "fastapi", "flask"]
NOT_A_MEMBER = "Could not validate credentials"
CHECK_EVERY = 1.0  # seconds: how often whoever only listens is looked up


@router.websocket("/echo")
async def echo(websocket: WebSocket) -> None:
    """Send back what comes."""
    await websocket.accept()
    async for text in websocket.iter_text():
        await websocket.send_text(text)


# Parameters, a subprotocol, and the ways in which a connection ends


@router.websocket("/countdown/{start}")
async def count_down(
    websocket: WebSocket, start: Annotated[int, Path(ge=0, le=100)], step: Annotated[int, Query(ge=1)] = 1
) -> None:
    """Count, and close with a reason."""
    await websocket.accept()
    for number in range(start, 0, -step):
        await websocket.send_json({"number": number})
    await websocket.close(1000, "Liftoff")


@router.websocket("/versions")
async def choose_version(websocket: WebSocket) -> None:
    """Take the first version that both know, and refuse a client that knows none of them."""
    known = [name for name in websocket.scope["subprotocols"] if name in ("v2.myapp", "v1.myapp")]
    if not known:
        await websocket.close(1002)
        return
    await websocket.accept(subprotocol=known[0], headers=[(b"x-version", known[0].encode())])
    await websocket.send_bytes(known[0].encode())
    await websocket.close()


@router.websocket("/endings/{how}")
async def end(websocket: WebSocket, how: Literal["refused", "teapot", "policy", "error", "return"]) -> None:
    """End in one of the ways that there are."""
    if how == "refused":
        raise WebSocketException(code=1008, reason="Never shown: there is no socket yet")
    if how == "teapot":
        raise HTTPException(status_code=418, detail="No coffee here", headers={"X-Pot": "tea"})
    await websocket.accept()
    if how == "policy":
        raise WebSocketException(code=1008, reason="Against the rules")
    if how == "error":
        raise RuntimeError("not foreseen")


# A cookie or a token, and a time limit


async def same_origin(websocket: WebSocket) -> None:
    origin = websocket.headers.get("origin")
    if origin is None:
        return
    try:
        host = urlsplit(origin).netloc
    except ValueError:  # "http://["
        host = ""
    if host != websocket.headers.get("host"):
        raise WebSocketException(code=1008, reason="a page of another site")


async def get_cookie_or_token(
    session: Annotated[str | None, Cookie()] = None, token: Annotated[str | None, Query()] = None
) -> str:
    if session is None and token is None:
        raise WebSocketException(code=1008)
    return str(session or token)


@router.websocket("/items/{item_id}", dependencies=[Depends(same_origin)])
async def follow_item(
    websocket: WebSocket,
    item_id: str,
    cookie_or_token: Annotated[str, Depends(get_cookie_or_token)],
    q: int | None = None,
) -> None:
    """Tell what came with the handshake, and with each message."""
    await websocket.accept()
    await websocket.send_json({"item_id": item_id, "cookie_or_token": cookie_or_token, "q": q})
    async for text in websocket.iter_text():
        await websocket.send_json({"item_id": item_id, "text": text})


@router.websocket("/question")
async def ask(websocket: WebSocket, seconds: Annotated[float, Query(gt=0, le=60)] = 30) -> None:
    """Ask, and close when no answer comes in time."""
    await websocket.accept()
    await websocket.send_text("Still there?")
    try:
        async with asyncio.timeout(seconds):
            answer = await websocket.receive_text()
    except TimeoutError:
        await websocket.close(1008, "Too late")
    else:
        await websocket.send_text(f"You said {answer}")
        await websocket.close()


# Rooms


# The shared scheme refuses a handshake without an Authorization header. A browser's WebSocket can't send one, so here
# the token may be in the query.
oauth2_scheme = OAuth2PasswordBearer(tokenUrl="security/token", auto_error=False)


class Member:
    def __init__(
        self,
        connection: HTTPConnection,
        bearer: Annotated[str | None, Depends(oauth2_scheme)],
        token: Annotated[str | None, Query()] = None,
    ) -> None:
        self.token = token or bearer or ""
        self.state = connection.app.state
        self.email = self.check()

    def check(self) -> str:
        try:
            data = read_access_token(self.token, self.state.settings)
        except InvalidToken:
            raise WebSocketException(code=1008, reason=NOT_A_MEMBER) from None
        # Closed here: a session of the route would keep its database connection for as long as the socket is open.
        with Session(self.state.engine) as session:
            user = get_token_user(session, data)
            if user is None or not user.is_active:
                raise WebSocketException(code=1008, reason=NOT_A_MEMBER)
            self.checked = time.monotonic()
            return user.email

    async def check_now_and_then(self) -> None:
        if time.monotonic() - self.checked >= CHECK_EVERY:
            await run_in_threadpool(self.check)


class ConnectionManager:
    def __init__(self) -> None:
        self.rooms: defaultdict[str, dict[WebSocket, Member]] = defaultdict(dict)

    async def connect(self, room: str, websocket: WebSocket, member: Member) -> None:
        await websocket.accept()
        self.rooms[room][websocket] = member

    def disconnect(self, room: str, websocket: WebSocket) -> None:
        self.rooms[room].pop(websocket, None)

    async def broadcast(self, room: str, event: str, member: Member, text: str = "") -> None:
        for connection, listener in list(self.rooms[room].items()):
            try:
                await listener.check_now_and_then()
            except WebSocketException as refusal:
                self.disconnect(room, connection)
                await connection.close(refusal.code, refusal.reason)
            else:
                await connection.send_json({"event": event, "member": member.email, "text": text})


manager = ConnectionManager()


@router.websocket("/rooms/{room}", dependencies=[Depends(same_origin)])
async def chat(
    websocket: WebSocket, room: Annotated[str, Path(max_length=50)], member: Annotated[Member, Depends()]
) -> None:
    """Pass on what comes to everyone in the room."""
    await manager.connect(room, websocket, member)
    try:
        await manager.broadcast(room, "joined", member)
        async for text in websocket.iter_text():
            await run_in_threadpool(member.check)
            if len(text) > 1000:
                raise WebSocketException(code=1009, reason="1000 characters are the limit")
            await manager.broadcast(room, "said", member, text)
    finally:
        manager.disconnect(room, websocket)
        await manager.broadcast(room, "left", member)


@router.get("/rooms")
def read_rooms() -> list[str]:
    """List the rooms that the chat page proposes; any other name is a room too."""
    return ROOMS


@router.get("/chat", include_in_schema=False)
def show_chat(request: Request) -> Response:
    """Show a page to chat on."""
    return templates.TemplateResponse(request, "websockets/chat.html", {"rooms": ROOMS})
