"""Accounts: sign-up, refresh, sign-out, another password. The rules are in `myapp.accounts`, shared by both sides."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response

from myapp.accounts import changes, logins
from myapp.accounts.tasks import mail_reset, mail_sign_up
from myapp.authentication import InvalidToken, permitted, token_answer
from myapp.blueprints.security.fastapi_original_models import (
    Account,
    Address,
    Farewell,
    Message,
    NewAccount,
    PasswordChange,
    PasswordReset,
    Token,
)
from myapp.queue import BrokerUnavailable, enqueue
from myapp.twin_dependencies import ActiveUser, PasswordDep, RateLimit, SessionDep, SettingsDep, ThrottleDep

router = APIRouter(prefix="/account")

SENT = Message(message="If this address can be used, a mail is on its way to it")


class Mailer:
    def __init__(self, request: Request, settings: SettingsDep, throttle: ThrottleDep) -> None:
        self.request, self.settings, self.throttle = request, settings, throttle

    def __call__(self, task: Any, email: str) -> Message:
        if not self.settings.sends_mail:
            raise HTTPException(status_code=503, detail="Mail is not set up here")
        # Who has had enough mail gets no more, and nobody hears of it.
        if self.throttle.may_mail(task.name, email):
            try:
                request_id = self.request.headers.get("x-request-id")
                enqueue(self.request.app.state.celery, task, email, request_id=request_id)
            except BrokerUnavailable:
                raise HTTPException(
                    status_code=503,
                    detail="The task queue cannot be reached; try again later",
                    headers={"Retry-After": "10"},
                ) from None
        return SENT


MailerDep = Annotated[Mailer, Depends()]


@router.post("/sign-up", status_code=202, dependencies=[Depends(RateLimit("sign_up"))])
def sign_up(address: Address, send: MailerDep) -> Message:
    """Ask for an account; a mail brings the token for it. The answer is the same for every address."""
    return send(mail_sign_up, address.email)


@router.post("/", status_code=201, response_model=Account, dependencies=[Depends(RateLimit("create_account"))])
def create_account(account: NewAccount, session: SessionDep, settings: SettingsDep) -> Any:
    """Open an account with the token from the mail."""
    try:
        return changes.sign_up(session, account.token, account.password, settings)
    except InvalidToken:
        raise HTTPException(status_code=400, detail="Invalid or expired token") from None


@router.post("/refresh", dependencies=[Depends(RateLimit("refresh"))])
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


@router.post("/sign-out", status_code=204)
def sign_out(refresh_token: Annotated[str, Form()], session: SessionDep) -> None:
    """End the login of a refresh token, with its access tokens; anything else is ended already."""
    logins.end(session, refresh_token)


@router.post("/forgot-password", status_code=202, dependencies=[Depends(RateLimit("forgot_password"))])
def forgot_password(address: Address, send: MailerDep) -> Message:
    """Ask for another password; a mail brings the token for it. The answer is the same for every address."""
    return send(mail_reset, address.email)


@router.post("/reset-password", status_code=204, dependencies=[Depends(RateLimit("reset_password"))])
def reset_password(reset: PasswordReset, session: SessionDep, settings: SettingsDep) -> None:
    """Set another password with the token from the mail, once; every login ends."""
    try:
        changes.reset_password(session, reset.token, reset.new_password, settings)
    except InvalidToken:
        raise HTTPException(status_code=400, detail="Invalid or expired token") from None


@router.post("/change-password", status_code=204)
def change_password(user: ActiveUser, change: PasswordChange, check: PasswordDep, session: SessionDep) -> None:
    """Set another password with the present one; every login ends, this one too."""
    if check(user.email, change.current_password) is None:
        raise HTTPException(status_code=400, detail="Incorrect password")
    try:
        changes.change_password(session, user, change.new_password)
    except changes.ChangedMeanwhile:
        raise HTTPException(status_code=409, detail="The password was changed meanwhile") from None


@router.post("/deactivate", status_code=204)
def deactivate(user: ActiveUser, farewell: Farewell, check: PasswordDep, session: SessionDep) -> None:
    """Close the account, with its password; every login ends."""
    if check(user.email, farewell.password) is None:
        raise HTTPException(status_code=400, detail="Incorrect password")
    changes.deactivate(session, user)
