"""Security: a token for a password, scopes, HTTP Basic and API keys, on the application's users."""

import secrets
from typing import Annotated, Any

from flask import Blueprint, Request
from sqlalchemy import select

from myapp import digest
from myapp.accounts import logins
from myapp.authentication import SCOPES, permitted, token_answer
from myapp.blueprints.security import routes_account, routes_openid
from myapp.blueprints.security.schemas import Account, AccountPost, Token
from myapp.dependencies import (
    ActiveUser,
    Author,
    PasswordCheck,
    PasswordDep,
    SessionDep,
    SettingsDep,
    ThrottleDep,
    active,
    get_current_active_user,
)
from myapp.kit import (
    APIKeyCookie,
    APIKeyHeader,
    APIKeyQuery,
    Depends,
    HTTPAuthorizationCredentials,
    HTTPBasic,
    HTTPBasicCredentials,
    HTTPDigest,
    HTTPException,
    OAuth2PasswordRequestForm,
    OAuth2PasswordRequestFormStrict,
    Response,
    Security,
    operation,
    router_options,
)
from myapp.models import Post, User

bp = Blueprint("security", __name__, url_prefix="/security")
router_options(bp, tags=["security"])
bp.register_blueprint(routes_account.bp)
bp.register_blueprint(routes_openid.bp)

basic_scheme = HTTPBasic()
header_key = APIKeyHeader(name="X-API-Key", auto_error=False)
query_key = APIKeyQuery(name="api_key", auto_error=False)
cookie_key = APIKeyCookie(name="api_key", auto_error=False)
digest_scheme = HTTPDigest(auto_error=False)


def log_in(check: PasswordCheck, username: str, password: str, challenge: str) -> User:
    user = check(username, password)
    if user is None:
        raise HTTPException(
            status_code=401,
            detail="Incorrect username or password",
            headers={"WWW-Authenticate": challenge},
        )
    return active(user)


def get_basic_user(credentials: Annotated[HTTPBasicCredentials, Depends(basic_scheme)], check: PasswordDep) -> User:
    return log_in(check, credentials.username, credentials.password, "Basic")


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


def get_digest_user(
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(digest_scheme)],
    request: Request,
    settings: SettingsDep,
    throttle: ThrottleDep,
) -> str:
    sent = credentials.credentials if credentials else ""
    target = (request.root_path + request.full_path).removesuffix("?")
    try:
        return digest.check(sent, request.method, target, settings, throttle)
    except digest.NotAuthenticated as error:
        challenge = digest.challenge(settings, stale=error.stale)
        raise HTTPException(
            status_code=401, detail="Not authenticated", headers={"WWW-Authenticate": challenge}
        ) from None


@bp.post("/token")
@operation()
def login_for_access_token(
    form_data: Annotated[OAuth2PasswordRequestForm, Depends()],
    response: Response,
    check: PasswordDep,
    session: SessionDep,
    settings: SettingsDep,
) -> Token:
    """Give a token for an e-mail address and a password; without scopes it is for all that the user may do."""
    user = log_in(check, form_data.username, form_data.password, "Bearer")
    scopes = permitted(user.role, form_data.scopes or SCOPES)
    try:
        login, refresh_token = logins.begin(session, user, scopes, settings)
    except logins.NotActive:
        raise HTTPException(status_code=400, detail="Inactive user") from None
    response.headers["Cache-Control"] = "no-store"
    return Token(**token_answer(login, scopes, settings), refresh_token=refresh_token)


@bp.post("/token/strict")
@operation()
def login_by_strict_form(
    form_data: Annotated[OAuth2PasswordRequestFormStrict, Depends()],
    response: Response,
    check: PasswordDep,
    session: SessionDep,
    settings: SettingsDep,
) -> Token:
    """Give a token for a form that says what it is, as RFC 6749 wants: `grant_type` is `password`."""
    return login_for_access_token(form_data, response, check, session, settings)


@bp.get("/users/me")
@operation(response_model=Account)
def read_users_me(current_user: ActiveUser) -> Any:
    """Say whose token it is."""
    return current_user


@bp.get("/users/me/posts")
@operation(response_model=list[AccountPost])
def read_own_posts(current_user: Author, session: SessionDep) -> Any:
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


@bp.get("/digest")
@operation()
def read_digest_user(username: Annotated[str, Depends(get_digest_user)]) -> dict[str, str]:
    """Open the door to who has an API key, and doesn't send it: HTTP Digest, with any user name."""
    return {"username": username}
