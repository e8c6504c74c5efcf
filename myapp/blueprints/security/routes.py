"""Security: a token for a password, scopes, HTTP Basic and API keys, on the application's users."""

import secrets
from dataclasses import dataclass
from typing import Annotated, Any

from flask import Blueprint, current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from myapp.authentication import (
    SCOPES,
    InvalidToken,
    authenticate,
    create_access_token,
    get_user,
    permitted,
    read_access_token,
)
from myapp.database import get_session
from myapp.kit import (
    APIKeyCookie,
    APIKeyHeader,
    APIKeyQuery,
    Depends,
    HTTPBasic,
    HTTPBasicCredentials,
    HTTPException,
    OAuth2PasswordBearer,
    OAuth2PasswordRequestForm,
    Security,
    SecurityScopes,
    operation,
    router_options,
)
from myapp.models import Post, Role, User
from myapp.settings import Settings

bp = Blueprint("security", __name__, url_prefix="/security")
router_options(bp, tags=["security"])

oauth2_scheme = OAuth2PasswordBearer(tokenUrl="security/token", scopes=dict(SCOPES))
basic_scheme = HTTPBasic()
header_key = APIKeyHeader(name="X-API-Key", auto_error=False)
query_key = APIKeyQuery(name="api_key", auto_error=False)
cookie_key = APIKeyCookie(name="api_key", auto_error=False)


@dataclass
class Token:
    access_token: str
    token_type: str
    expires_in: int
    scope: str


@dataclass
class Account:
    id: int
    email: str
    is_active: bool
    role: Role


@dataclass
class AccountPost:
    id: int
    title: str
    published: bool


def get_settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


SessionDep = Annotated[Session, Depends(get_session)]
SettingsDep = Annotated[Settings, Depends(get_settings)]


def active(user: User) -> User:
    if not user.is_active:
        raise HTTPException(status_code=400, detail="Inactive user")
    return user


def log_in(session: Session, username: str, password: str, challenge: str) -> User:
    user = authenticate(session, username, password)
    if user is None:
        raise HTTPException(
            status_code=401,
            detail="Incorrect username or password",
            headers={"WWW-Authenticate": challenge},
        )
    return active(user)


def get_current_user(
    security_scopes: SecurityScopes,
    token: Annotated[str, Depends(oauth2_scheme)],
    session: SessionDep,
    settings: SettingsDep,
) -> User:
    challenge = f'Bearer scope="{security_scopes.scope_str}"' if security_scopes.scopes else "Bearer"
    credentials_exception = HTTPException(
        status_code=401,
        detail="Could not validate credentials",
        headers={"WWW-Authenticate": challenge},
    )
    try:
        token_data = read_access_token(token, settings)
    except InvalidToken:
        raise credentials_exception from None
    user = get_user(session, token_data.username)
    if user is None:
        raise credentials_exception
    # What the token was given for, as far as the user's role still allows it.
    allowed = permitted(user.role, token_data.scopes)
    if not set(security_scopes.scopes) <= set(allowed):
        raise HTTPException(
            status_code=401,
            detail="Not enough permissions",
            headers={"WWW-Authenticate": challenge},
        )
    return user


def get_current_active_user(current_user: Annotated[User, Security(get_current_user)]) -> User:
    return active(current_user)


def get_basic_user(credentials: Annotated[HTTPBasicCredentials, Depends(basic_scheme)], session: SessionDep) -> User:
    return log_in(session, credentials.username, credentials.password, "Basic")


def get_api_key(
    in_header: Annotated[str | None, Security(header_key)],
    in_query: Annotated[str | None, Security(query_key)],
    in_cookie: Annotated[str | None, Security(cookie_key)],
    settings: SettingsDep,
) -> str:
    sent = (in_header or in_query or in_cookie or "").encode()
    # How long a wrong key takes must not tell how much of it is right.
    if not any(secrets.compare_digest(sent, key.encode()) for key in settings.api_keys):
        raise HTTPException(status_code=401, detail="Invalid API key", headers={"WWW-Authenticate": "APIKey"})
    return sent.decode()


CurrentUser = Annotated[User, Depends(get_current_active_user)]
CurrentReader = Annotated[User, Security(get_current_active_user, scopes=["posts"])]


@bp.post("/token")
@operation()
def login_for_access_token(
    form_data: Annotated[OAuth2PasswordRequestForm, Depends()], session: SessionDep, settings: SettingsDep
) -> Token:
    """Give a token for an e-mail address and a password; without scopes it is for all that the user may do."""
    user = log_in(session, form_data.username, form_data.password, "Bearer")
    scopes = permitted(user.role, form_data.scopes or SCOPES)
    return Token(
        access_token=create_access_token(user, scopes, settings),
        token_type="bearer",
        expires_in=settings.access_token_minutes * 60,
        scope=" ".join(scopes),
    )


@bp.get("/users/me")
@operation(response_model=Account)
def read_users_me(current_user: CurrentUser) -> Any:
    """Say whose token it is."""
    return current_user


@bp.get("/users/me/posts")
@operation(response_model=list[AccountPost])
def read_own_posts(current_user: CurrentReader, session: SessionDep) -> Any:
    """List what the token's user wrote, drafts too; needs the scope `posts`."""
    return session.scalars(select(Post).where(Post.author_id == current_user.id).order_by(Post.id)).all()


@bp.get("/users")
@operation(response_model=list[Account], dependencies=[Security(get_current_active_user, scopes=["users"])])
def read_accounts(session: SessionDep) -> Any:
    """List all users; needs the scope `users`, which only an administrator gets."""
    return session.scalars(select(User).order_by(User.id)).all()


@bp.get("/basic")
@operation(response_model=Account)
def read_basic_user(user: Annotated[User, Depends(get_basic_user)]) -> Any:
    """Say who is signed in by HTTP Basic."""
    return user


@bp.get("/api-key")
@operation(dependencies=[Depends(get_api_key)])
def read_with_key() -> dict[str, str]:
    """Open the door to an API key in a header, the query or a cookie."""
    return {"message": "Come in"}
