"""Signing in on a page of the application: authorization code and OpenID Connect, from both ends."""

from typing import Annotated, Any

from flask import Blueprint, render_template

from myapp.accounts import logins, openid
from myapp.accounts.openid import PAGE_HEADERS, AuthorizationRequest
from myapp.authentication import OPENID_SCOPES, token_answer
from myapp.blueprints.security.schemas import Account, CodeForm, IdentityToken, OAuthError, UserInfo
from myapp.dependencies import PasswordDep, SessionDep, SettingsDep, active, user_of
from myapp.kit import (
    Depends,
    Form,
    Header,
    HTMLResponse,
    HTTPConnection,
    HTTPException,
    JSONResponse,
    OAuth2AuthorizationCodeBearer,
    OpenIdConnect,
    RedirectResponse,
    Response,
    Security,
    SecurityScopes,
    operation,
)
from myapp.kit.security import get_authorization_scheme_param
from myapp.models import User

bp = Blueprint("openid", __name__, url_prefix="/openid", template_folder="templates")

code_scheme = OAuth2AuthorizationCodeBearer(
    authorizationUrl=f"{openid.PATH}/authorize", tokenUrl=f"{openid.PATH}/token", scopes=dict(OPENID_SCOPES)
)
openid_scheme = OpenIdConnect(openIdConnectUrl=f"{openid.PATH}/.well-known/openid-configuration")


def get_base_url(connection: HTTPConnection) -> str:
    return connection.base_url


BaseUrl = Annotated[str, Depends(get_base_url)]


def get_authorization_request(
    asked: Annotated[AuthorizationRequest, Depends()], base_url: BaseUrl
) -> AuthorizationRequest:
    try:
        asked.check(base_url)
    except openid.UnknownClient:
        raise HTTPException(status_code=400, detail="Unknown client or redirect URI") from None
    except openid.Refused as refused:
        location = asked.answer(base_url, error=refused.error)
        raise HTTPException(status_code=303, detail=refused.error, headers={"Location": location}) from None
    return asked


AuthorizationRequestDep = Annotated[AuthorizationRequest, Depends(get_authorization_request)]


def require_own_form(base_url: BaseUrl, origin: Annotated[str | None, Header()] = None) -> None:
    # A page of another site must not sign anybody in as somebody else.
    if not openid.is_own_form(origin, base_url):
        raise HTTPException(status_code=403, detail="The form was on another site")


def sign_in_page(asked: AuthorizationRequest, username: str = "", error: str = "") -> Response:
    context = {"client_id": asked.client_id, "scopes": asked.wanted(), "username": username, "error": error}
    page = render_template("authorize.html", **context)
    return HTMLResponse(page, status_code=400 if error else 200, headers=PAGE_HEADERS)


@bp.get("/authorize")
@operation(include_in_schema=False)
def show_sign_in(asked: AuthorizationRequestDep) -> Response:
    """Ask for e-mail address and password on behalf of a client."""
    return sign_in_page(asked)


@bp.post("/authorize")
@operation(include_in_schema=False, dependencies=[Depends(require_own_form)])
def sign_in(
    asked: AuthorizationRequestDep,
    base_url: BaseUrl,
    username: Annotated[str, Form()],
    password: Annotated[str, Form()],
    check: PasswordDep,
    session: SessionDep,
    settings: SettingsDep,
) -> Response:
    """Send who has signed in back to the client, with a code for it."""
    user = check(username, password)
    if user is None:
        return sign_in_page(asked, username, "Incorrect username or password")
    try:
        code = openid.give_code(session, user, asked, settings)
    except logins.NotActive:
        return sign_in_page(asked, username, "Inactive user")
    return RedirectResponse(asked.answer(base_url, code=code), status_code=303, headers=PAGE_HEADERS)


@bp.post("/token")
@operation(
    response_model=IdentityToken,
    response_model_exclude_none=True,
    responses={400: {"model": OAuthError, "description": "The code is not, or no longer, good for this"}},
)
def exchange_code(
    form: Annotated[CodeForm, Form()], response: Response, base_url: BaseUrl, session: SessionDep, settings: SettingsDep
) -> Any:
    """Give a client the token that its code stands for; with the scope `openid` an ID token, too."""
    try:
        grant = openid.exchange(session, form, base_url, settings)
    except openid.InvalidGrant:
        return JSONResponse({"error": "invalid_grant"}, status_code=400, headers={"Cache-Control": "no-store"})
    response.headers["Cache-Control"] = "no-store"
    return IdentityToken(**token_answer(grant.login, grant.scopes, settings), id_token=grant.id_token)


@bp.get("/.well-known/openid-configuration")
@operation()
def read_configuration(base_url: BaseUrl) -> dict[str, Any]:
    """Tell a client what it can do here, and where."""
    return openid.configuration(base_url)


@bp.get("/keys")
@operation()
def read_keys(settings: SettingsDep) -> dict[str, Any]:
    """Tell a client what to check ID tokens with."""
    return openid.key_set(settings)


def get_code_user(
    scopes: SecurityScopes, token: Annotated[str, Depends(code_scheme)], session: SessionDep, settings: SettingsDep
) -> User:
    return active(user_of(token, scopes, session, settings))


def get_openid_user(
    scopes: SecurityScopes, header: Annotated[str, Depends(openid_scheme)], session: SessionDep, settings: SettingsDep
) -> User:
    # The scheme gives the header as it is.
    kind, token = get_authorization_scheme_param(header)
    if kind.lower() != "bearer":
        raise HTTPException(status_code=401, detail="Not authenticated", headers={"WWW-Authenticate": "Bearer"})
    return active(user_of(token, scopes, session, settings))


@bp.get("/me")
@operation(response_model=Account)
def read_code_user(user: Annotated[User, Depends(get_code_user)]) -> Any:
    """Say whose token it is; the Authorize dialog gets one on the sign-in page."""
    return user


@bp.get("/userinfo")
@operation()
def read_user_info(user: Annotated[User, Security(get_openid_user, scopes=["openid"])]) -> UserInfo:
    """Tell a client who signed in; needs the scope `openid`."""
    return UserInfo(sub=str(user.id), email=user.email)
