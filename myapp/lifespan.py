"""The application's lifespan: what each process prepares before its first request and ends after its last.

Pairs https://fastapi.tiangolo.com/advanced/events/; `myapp.kit.lifespan` says who enters it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from flask import Flask

from .blueprints.lifespan.routes import lifespan as lifespan_of_the_folder


@asynccontextmanager
async def lifespan(app: Flask) -> AsyncIterator[dict[str, Any]]:
    """Enter what the folders prepare; at the end, close this process's database connections."""
    async with lifespan_of_the_folder(app) as state:
        try:
            yield state
        finally:
            with app.app_context():
                for engine in app.extensions["sqlalchemy"].engines.values():
                    engine.dispose()
