"""Accounts: sign-up, refresh, sign-out, another password. The rules are in `myapp.accounts`, shared by both sides."""

from typing import Annotated, Any

from flask import Blueprint, current_app

from myapp.accounts import changes, logins
from myapp.accounts.tasks import mail_reset, mail_sign_up
from myapp.authentication import InvalidToken, permitted, token_answer
from myapp.blueprints.security.schemas import (
    Account,
    Address,
    Farewell,
    Message,
    NewAccount,
    PasswordChange,
    PasswordReset,
    Token,
)
from myapp.dependencies import ActiveUser, PasswordDep, SessionDep, SettingsDep, ThrottleDep
from myapp.kit import Depends, Form, HTTPException, Response, operation
from myapp.logs import request_id
from myapp.queue import BrokerUnavailable, enqueue

bp = Blueprint("account", __name__, url_prefix="/account")

SENT = Message("If this address can be used, a mail is on its way to it")


class Mailer:
    def __init__(self, settings: SettingsDep, throttle: ThrottleDep) -> None:
        self.settings, self.throttle = settings, throttle

    def __call__(self, task: Any, email: str) -> Message:
        if not self.settings.sends_mail:
            raise HTTPException(status_code=503, detail="Mail is not set up here")
        # Who has had enough mail gets no more, and nobody hears of it.
        if self.throttle.may_mail(task.name, email):
            try:
                enqueue(current_app.extensions["celery"], task, email, request_id=request_id())
            except BrokerUnavailable:
                raise HTTPException(
                    status_code=503,
                    detail="The task queue cannot be reached; try again later",
                    headers={"Retry-After": "10"},
                ) from None
        return SENT


MailerDep = Annotated[Mailer, Depends()]


@bp.post("/sign-up")
@operation(status_code=202)
def sign_up(address: Address, send: MailerDep) -> Message:
    """Ask for an account; a mail brings the token for it. The answer is the same for every address."""
    return send(mail_sign_up, address.email)


@bp.post("/")
@operation(status_code=201, response_model=Account)
def create_account(account: NewAccount, session: SessionDep, settings: SettingsDep) -> Any:
    """Open an account with the token from the mail."""
    try:
        return changes.sign_up(session, account.token, account.password, settings)
    except InvalidToken:
        raise HTTPException(status_code=400, detail="Invalid or expired token") from None


@bp.post("/refresh")
@operation()
def refresh(
    refresh_token: Annotated[str, Form()],
    response: Response,
    session: SessionDep,
    settings: SettingsDep,
    grant_type: Annotated[str | None, Form(pattern="^refresh_token$")] = None,
    scope: Annotated[str, Form()] = "",
) -> Token:
    """Use up a refresh token for a new pair; one that was used before ends the login that it came from."""
    try:
        login, user, following = logins.refresh(session, refresh_token)
    except logins.InvalidRefreshToken:
        raise HTTPException(
            status_code=401, detail="Invalid refresh token", headers={"WWW-Authenticate": "Bearer"}
        ) from None
    asked = login.scope.split()
    scopes = permitted(user.role, [name for name in asked if name in scope.split()] if scope.split() else asked)
    response.headers["Cache-Control"] = "no-store"
    return Token(**token_answer(login, scopes, settings), refresh_token=following)


@bp.post("/sign-out")
@operation(status_code=204)
def sign_out(refresh_token: Annotated[str, Form()], session: SessionDep) -> None:
    """End the login of a refresh token, with its access tokens; anything else is ended already."""
    logins.end(session, refresh_token)


@bp.post("/forgot-password")
@operation(status_code=202)
def forgot_password(address: Address, send: MailerDep) -> Message:
    """Ask for another password; a mail brings the token for it. The answer is the same for every address."""
    return send(mail_reset, address.email)


@bp.post("/reset-password")
@operation(status_code=204)
def reset_password(reset: PasswordReset, session: SessionDep, settings: SettingsDep) -> None:
    """Set another password with the token from the mail, once; every login ends."""
    try:
        changes.reset_password(session, reset.token, reset.new_password, settings)
    except InvalidToken:
        raise HTTPException(status_code=400, detail="Invalid or expired token") from None


@bp.post("/change-password")
@operation(status_code=204)
def change_password(user: ActiveUser, change: PasswordChange, check: PasswordDep, session: SessionDep) -> None:
    """Set another password with the present one; every login ends, this one too."""
    if check(user.email, change.current_password) is None:
        raise HTTPException(status_code=400, detail="Incorrect password")
    try:
        changes.change_password(session, user, change.new_password)
    except changes.ChangedMeanwhile:
        raise HTTPException(status_code=409, detail="The password was changed meanwhile") from None


@bp.post("/deactivate")
@operation(status_code=204)
def deactivate(user: ActiveUser, farewell: Farewell, check: PasswordDep, session: SessionDep) -> None:
    """Close the account, with its password; every login ends."""
    if check(user.email, farewell.password) is None:
        raise HTTPException(status_code=400, detail="Incorrect password")
    changes.deactivate(session, user)
