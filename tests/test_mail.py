"""Mail leaves by SMTP where the settings say so, and as files where they don't."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from myapp.accounts import mail
from myapp.settings import Settings, SettingsError
from tests.live.processes import free_port


class Mailbox:
    """What a mail server takes."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        self.refuse: str | None = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take a letter, or say why not."""
        if self.refuse:
            return self.refuse
        self.letters.append(envelope)
        return "250 OK"


def controller(mailbox: Mailbox, **options: Any) -> Controller:
    """A mail server on a free port."""
    return Controller(mailbox, hostname="127.0.0.1", port=free_port(), **options)


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    """A mail server's box, and the server's address."""
    box = Mailbox()
    server = controller(box)
    server.start()
    yield box, f"{server.hostname}:{server.port}"
    server.stop()


def test_by_smtp(mailbox: tuple[Mailbox, str]) -> None:
    """A message arrives with its sender, recipient and text; links start with the site's address."""
    box, address = mailbox
    settings = Settings(smtp_url=f"smtp://{address}", mail_from="shop@example.com", site_url="https://example.com/shop")
    mail.deliver(mail.reset_message("ada@example.com", "abc", settings), settings)
    (letter,) = box.letters
    assert (letter.mail_from, letter.rcpt_tos) == ("shop@example.com", ["ada@example.com"])
    read = message_from_bytes(letter.content, policy=policy.default)
    assert "https://example.com/shop/account/reset#token=abc\n" in read.get_content().replace("\r\n", "\n")
    assert read["Auto-Submitted"] == "auto-generated"


def test_server_that_refuses(mailbox: tuple[Mailbox, str]) -> None:
    """What the server does not take is an OSError, which the task tries again."""
    box, address = mailbox
    settings = Settings(smtp_url=f"smtp://{address}")
    box.refuse = "451 Try again later"
    with pytest.raises(OSError, match="Try again later"):
        mail.deliver(mail.known_message("ada@example.com", settings), settings)
    with pytest.raises(OSError, match="refused"):
        mail.deliver(mail.known_message("ada@example.com", settings), Settings(smtp_url="smtp://127.0.0.1:9"))


def test_no_password_in_the_clear(mailbox: tuple[Mailbox, str]) -> None:
    """A server without STARTTLS is not told the password."""
    box, address = mailbox
    settings = Settings(smtp_url=f"smtp://user:secret@{address}")
    with pytest.raises(smtplib.SMTPNotSupportedError, match="STARTTLS"):
        mail.deliver(mail.known_message("ada@example.com", settings), settings)
    assert box.letters == []


def test_as_files(settings: Settings) -> None:
    """Without a server each message is a file, in order."""
    for number in range(3):
        mail.deliver(mail.sign_up_message(f"user{number}@example.com", "abc", settings), settings)
    names = sorted(path.name for path in (settings.data_dir / "mail").iterdir())
    assert [name.partition("@")[0] for name in names] == ["0001-user0", "0002-user1", "0003-user2"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_URL", "http://mail.example"),
        ("MAIL_FROM", "nobody"),
        ("MAIL_FROM", "a@b\nBcc: c@d"),
        ("SITE_URL", "example.com"),
        ("SITE_URL", "https://example.com/?x"),
        ("LOGIN_DAYS", "0"),
    ],
)
def test_unusable_settings(name: str, value: str) -> None:
    """What can't be used is refused by name."""
    with pytest.raises(SettingsError, match=f"MYAPP_{name}"):
        Settings.load({f"MYAPP_{name}": value}, env_file=None)


def test_the_password_of_the_mail_server_is_not_shown() -> None:
    """The settings' text has no URL with a password."""
    assert "secret" not in repr(Settings(smtp_url="smtp://user:secret@mail.example"))
