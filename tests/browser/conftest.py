"""A page of real Chromium, and the application under real gunicorn for it to look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request, sync_playwright
from sqlalchemy.orm import Session

from myapp import demo
from myapp.database import make_engine
from myapp.models import Base
from tests.live.processes import gunicorn


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the application answers."""
    with gunicorn(tmp_path_factory.mktemp("served")) as server:
        yield server.url


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the application answers, with the demonstration's users."""
    folder = tmp_path_factory.mktemp("demonstration")
    url = f"sqlite:///{folder / 'app.sqlite3'}"
    engine = make_engine(url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        demo.load(session)
    engine.dispose()
    with gunicorn(folder, app="wsgi:app", MYAPP_DATABASE_URL=url, MYAPP_API_KEYS="a key") as server:
        yield server.url


@dataclass
class Visit:
    """A page, with what it asked the network for and what it complained about, its policy included."""

    page: Page
    requested: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def complain(self, message: ConsoleMessage) -> None:
        """Note what breaks the page's policy; for the console of any window."""
        if "Content Security Policy" in message.text:
            self.complaints.append(message.text)


@pytest.fixture
def visit(chromium: str, tmp_path: Path) -> Iterator[Visit]:
    """A fresh page in a fresh browser."""
    arguments = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        visited = Visit(page)

        def note(request: Request) -> None:
            visited.requested.append(request.url)

        page.on("request", note)
        page.on("pageerror", lambda error: visited.complaints.append(str(error)))
        page.on("console", visited.complain)
        yield visited
        browser.close()
