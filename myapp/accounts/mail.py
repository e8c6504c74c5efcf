"""Mail: what is written, and how it leaves. By SMTP where MYAPP_SMTP_URL says so; else as files, for development.

The links start with MYAPP_SITE_URL, never with what a request calls the site: whoever sends a request chooses its Host,
and would choose where somebody else's link leads.
"""

from __future__ import annotations

import os
import smtplib
import ssl
import uuid
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from myapp.settings import Settings

#: Seconds for the connection and for each answer.
TIMEOUT = 20


def sign_up_message(address: str, token: str, settings: Settings) -> EmailMessage:
    """The mail to an address that nobody has an account with."""
    text = f"""\
Somebody, most likely you, wants to open an account at {settings.site_name} with this address.

Choose a password here, within 24 hours:

{settings.site_url}/account/sign-up#token={token}

If it was not you, there is nothing to do: without this link nobody can.
"""
    return _message(address, "Open your account", text, settings)


def known_message(address: str, settings: Settings) -> EmailMessage:
    """The mail to an address that has an account already: its owner may have forgotten."""
    text = f"""\
Somebody, most likely you, wants to open an account at {settings.site_name} with this address, which has one already.

If you have forgotten the password, ask for another one:

{settings.site_url}/account/forgot

If it was not you, there is nothing to do.
"""
    return _message(address, "You have an account", text, settings)


def reset_message(address: str, token: str, settings: Settings) -> EmailMessage:
    """The mail with which a forgotten password is replaced."""
    text = f"""\
Somebody, most likely you, has forgotten the password of this address' account at {settings.site_name}.

Choose another one here, within an hour; it ends every login:

{settings.site_url}/account/reset#token={token}

If it was not you, there is nothing to do: the password stays as it is.
"""
    return _message(address, "Choose a new password", text, settings)


def deliver(message: EmailMessage, settings: Settings) -> None:
    """Send a message. Raises OSError (smtplib.SMTPException is one) when it could not be handed over."""
    if settings.smtp_url:
        _send(message, settings.smtp_url)
    else:
        _write(message, settings.data_dir / "mail")


def _message(address: str, subject: str, text: str, settings: Settings) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = settings.mail_from
    message["To"] = address
    message["Message-ID"] = f"<{uuid.uuid4().hex}@{settings.mail_from.rpartition('@')[2]}>"
    # So that no out-of-office answer comes back (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    # Readable as it is where it can be: quoted-printable would break the link of a file that somebody opens.
    message.set_content(text, cte="7bit" if text.isascii() else "quoted-printable")
    return message


def _send(message: EmailMessage, url: str) -> None:
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT)
    with server:
        server.ehlo()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=context)
        elif parts.scheme == "smtp" and parts.username:
            raise smtplib.SMTPNotSupportedError("the server has no STARTTLS: the password would be readable on the way")
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


def _write(message: EmailMessage, folder: Path) -> None:
    """One file a mail, the latest last by name, for the owner of the process alone."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    number = len(list(folder.glob("*.eml"))) + 1
    name = folder / f"{number:04d}-{message['To'].replace('/', '_')[:100]}-{uuid.uuid4().hex[:8]}.eml"
    descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(bytes(message))
