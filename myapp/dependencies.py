"""What views ask for, as annotated types to be shared: a session, the settings, who sends the request.

Pairs https://fastapi.tiangolo.com/tutorial/dependencies/#share-annotated-dependencies and the `dependencies.py` of
https://fastapi.tiangolo.com/tutorial/bigger-applications/. `myapp/twin_dependencies.py` is the FastAPI side of it.

| annotation | what the view gets |
|---|---|
| `SessionDep` | a database session of its own, closed after the response |
| `EngineDep` | the engine, for work that outlives the request |
| `SettingsDep` | the application's settings |
| `ThrottleDep`, `ClientAddress` | the counters of guesses, and whose they are |
| `RowId`, `Skip`, `Limit` | a row's number in the path; how many rows to pass over, and to list, in the query |
| `PostDep` | the post of `post_id`; else 404 |
| `CurrentUser` | the user of a valid access token; else 401 |
| `ActiveUser` | the same, active; else 400 |
| `Author`, `Administrator` | the same, with a token for the scope `posts`, or `users` |
"""

from __future__ import annotations

from typing import Annotated

from flask import Request, current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from .authentication import (
    SCOPES,
    InvalidToken,
    authenticate,
    get_token_user,
    permitted,
    read_access_token,
)
from .database import get_session
from .extensions import db
from .kit import Depends, HTTPException, OAuth2PasswordBearer, Path, Query, Security, SecurityScopes
from .models import LARGEST_ID, Post, User
from .rate_limits import too_many_attempts
from .settings import Settings
from .throttle import Throttle, TooManyAttempts

oauth2_scheme = OAuth2PasswordBearer(
    tokenUrl="security/token", refreshUrl="security/account/refresh", scopes=dict(SCOPES)
)


def get_engine() -> Engine:
    return db.engine


def get_settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def get_throttle() -> Throttle:
    throttle: Throttle = current_app.extensions["throttle"]
    return throttle


def get_client_address(request: Request) -> str:
    # What a trusted proxy says is in it already (myapp/proxies.py).
    return request.remote_addr or ""


EngineDep = Annotated[Engine, Depends(get_engine)]
SessionDep = Annotated[Session, Depends(get_session)]
SettingsDep = Annotated[Settings, Depends(get_settings)]
ThrottleDep = Annotated[Throttle, Depends(get_throttle)]
ClientAddress = Annotated[str, Depends(get_client_address)]
RowId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Skip = Annotated[int, Query(ge=0, le=LARGEST_ID)]
Limit = Annotated[int, Query(ge=1, le=100)]


def get_post(post_id: RowId, session: SessionDep) -> Post:
    post = session.get(Post, post_id)
    if post is None:
        raise HTTPException(status_code=404, detail="Post not found")
    return post


PostDep = Annotated[Post, Depends(get_post)]


class PasswordCheck:
    def __init__(self, session: SessionDep, throttle: ThrottleDep, client: ClientAddress) -> None:
        self.session, self.throttle, self.client = session, throttle, client

    def __call__(self, username: str, password: str) -> User | None:
        try:
            return self.throttle.guess(self.client, username, lambda: authenticate(self.session, username, password))
        except TooManyAttempts as error:
            raise too_many_attempts(error.retry_after) from None


PasswordDep = Annotated[PasswordCheck, Depends()]


def active(user: User) -> User:
    if not user.is_active:
        raise HTTPException(status_code=400, detail="Inactive user")
    return user


def user_of(token: str, scopes: SecurityScopes, session: Session, settings: Settings) -> User:
    """The user of an access token that is for all these scopes. Raises HTTPException, a 401, for any other token."""
    challenge = f'Bearer scope="{scopes.scope_str}"' if scopes.scopes else "Bearer"
    credentials_exception = HTTPException(
        status_code=401,
        detail="Could not validate credentials",
        headers={"WWW-Authenticate": challenge},
    )
    try:
        token_data = read_access_token(token, settings)
    except InvalidToken:
        raise credentials_exception from None
    user = get_token_user(session, token_data)
    if user is None:
        raise credentials_exception
    # What the token was given for, as far as the user's role still allows it.
    allowed = permitted(user.role, token_data.scopes)
    if not set(scopes.scopes) <= set(allowed):
        raise HTTPException(
            status_code=401,
            detail="Not enough permissions",
            headers={"WWW-Authenticate": challenge},
        )
    return user


def get_current_user(
    security_scopes: SecurityScopes,
    token: Annotated[str, Depends(oauth2_scheme)],
    session: SessionDep,
    settings: SettingsDep,
) -> User:
    return user_of(token, security_scopes, session, settings)


CurrentUser = Annotated[User, Depends(get_current_user)]


def get_current_active_user(current_user: CurrentUser) -> User:
    return active(current_user)


ActiveUser = Annotated[User, Depends(get_current_active_user)]
Author = Annotated[User, Security(get_current_active_user, scopes=["posts"])]
Administrator = Annotated[User, Security(get_current_active_user, scopes=["users"])]
