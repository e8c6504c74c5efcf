"""The Celery tasks of accounts: two send mail, one cleans up every night. Shared by both sides.

Whether an address is known is looked up here, after the request has been answered: neither the answer nor its time can
tell. The token is made here too, so that none lies in the queue.
"""

from __future__ import annotations

import logging
from typing import Any

from celery import shared_task
from flask import current_app
from sqlalchemy.orm import Session

from myapp.authentication import get_user
from myapp.extensions import db

from . import changes, logins, mail

logger = logging.getLogger(__name__)

# A mail server that is down or says "later" (greylisting): after 1, 2, 4, 8 and then every 15 minutes, for an hour.
_RETRIED: dict[str, Any] = {
    "autoretry_for": (OSError,),
    "max_retries": 7,
    "retry_backoff": 60,
    "retry_backoff_max": 900,
    "retry_jitter": False,
    "ignore_result": True,
}


@shared_task(name="accounts.mail_sign_up", **_RETRIED)
def mail_sign_up(email: str) -> None:
    """Mail whoever wants an account the token for it, or that they have one. Raises OSError after the last try."""
    settings = current_app.extensions["settings"]
    with Session(db.engine) as session:
        known = get_user(session, email) is not None
    if known:
        message = mail.known_message(email, settings)
    else:
        message = mail.sign_up_message(email, changes.sign_up_token(email, settings), settings)
    mail.deliver(message, settings)


@shared_task(name="accounts.mail_reset", **_RETRIED)
def mail_reset(email: str) -> None:
    """Mail an active user the token for another password; nobody else anything. Raises OSError after the last try."""
    settings = current_app.extensions["settings"]
    with Session(db.engine) as session:
        user = get_user(session, email)
        if user is None or not user.is_active:
            logger.info("nobody to mail a reset to")
            return
        # To the address as it was registered: one that only looks alike to a database may be somebody else's.
        message = mail.reset_message(user.email, changes.reset_token(user, settings), settings)
    mail.deliver(message, settings)


@shared_task(name="accounts.clean_up")
def clean_up_logins() -> int:
    """Delete the logins that have expired; return how many."""
    with Session(db.engine) as session:
        count = logins.clean_up(session)
    logger.info("%d expired logins deleted", count)
    return count
