"""The FastAPI twin: every folder's original in one FastAPI application, to be compared with `create_app()`.

    uvicorn myapp.twin:app
    MYAPP_MOUNT_TWIN=1 gunicorn -c deploy/gunicorn.conf.py wsgi:app      # below /fastapi

It needs the extra `myapp[twin]`; nothing else in the application imports FastAPI. The twin has the application's models
and a database of its own: `MYAPP_TWIN_DATABASE_URL`, or the application's database URL with `_twin` after its name.
Tables are made and an empty database gets the demonstration data when the server starts, as FastAPI's
tutorial/sql-databases page does, so that the twin needs no migrations.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import PurePath

from fastapi import FastAPI
from fastapi.routing import APIRouter
from limits.storage import storage_from_string
from sqlalchemy import Engine, make_url
from sqlalchemy.orm import Session

from . import counters, demo
from .about import INFO
from .accounts.openid import SWAGGER_UI_INIT_OAUTH
from .blueprints import openapi_tags
from .blueprints.async_views.fastapi_original import router as async_views
from .blueprints.background_tasks.fastapi_original import router as background_tasks
from .blueprints.body.fastapi_original import router as body
from .blueprints.body_updates.fastapi_original import router as body_updates
from .blueprints.callbacks_webhooks import outbox
from .blueprints.callbacks_webhooks.fastapi_original import router as callbacks_webhooks
from .blueprints.callbacks_webhooks.fastapi_original_webhooks import webhooks
from .blueprints.custom_response.fastapi_original import router as custom_response
from .blueprints.dependencies.fastapi_original import router as dependencies
from .blueprints.extra_data_types.fastapi_original import router as extra_data_types
from .blueprints.first_steps.fastapi_original import router as first_steps
from .blueprints.forms_files.fastapi_original import router as forms_files
from .blueprints.frontend.fastapi_original import router as frontend
from .blueprints.handling_errors.fastapi_original import router as handling_errors
from .blueprints.header_cookie_params.fastapi_original import router as header_cookie_params
from .blueprints.lifespan.fastapi_original import router as lifespan_router
from .blueprints.middleware.fastapi_original import add_middleware
from .blueprints.middleware.fastapi_original import router as middleware
from .blueprints.openapi_metadata.fastapi_original import router as openapi_metadata
from .blueprints.path_params.fastapi_original import router as path_params
from .blueprints.query_params.fastapi_original import router as query_params
from .blueprints.response_model.fastapi_original import router as response_model
from .blueprints.security.fastapi_original import router as security
from .blueprints.server_sent_events.fastapi_original import router as server_sent_events
from .blueprints.settings.fastapi_original import router as settings_router
from .blueprints.sql_databases.fastapi_original import router as sql_databases
from .blueprints.sub_applications.fastapi_original import router as sub_applications
from .blueprints.templates_static.fastapi_original import router as templates_static
from .blueprints.testing.fastapi_original import router as testing
from .blueprints.websockets.fastapi_original import router as websockets
from .database import make_engine
from .models import Base
from .queue import make_celery
from .settings import Settings
from .throttle import Throttle

ROUTERS: tuple[APIRouter, ...] = (
    first_steps,
    path_params,
    query_params,
    header_cookie_params,
    body,
    body_updates,
    extra_data_types,
    response_model,
    handling_errors,
    openapi_metadata,
    forms_files,
    dependencies,
    security,
    sql_databases,
    background_tasks,
    sub_applications,
    custom_response,
    templates_static,
    frontend,
    websockets,
    server_sent_events,
    testing,
    lifespan_router,
    middleware,
    settings_router,
    callbacks_webhooks,
    async_views,
)


def database_url(settings: Settings | None = None) -> str:
    """Return where the twin keeps its rows: `MYAPP_TWIN_DATABASE_URL`, or beside the application's database.

    In: the application's settings (by default those of the environment). Raises SettingsError when these are unusable.
    """
    if url := os.environ.get("MYAPP_TWIN_DATABASE_URL"):
        return url
    settings = settings or Settings.load()
    own = make_url(settings.database_url)
    name = PurePath(own.database or "myapp")
    if own.get_backend_name() == "sqlite":
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    return own.set(database=str(name.with_name(f"{name.stem}_twin{name.suffix}"))).render_as_string(hide_password=False)


def seed(engine: Engine) -> int:
    """Make the tables that are missing and fill an empty database; return how many users were written."""
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        return demo.load(session)


def create_twin(url: str | None = None, *, demonstration: bool = True, settings: Settings | None = None) -> FastAPI:
    """Return the FastAPI application.

    In: its database's URL (`database_url()` unless given), whether an empty database gets the demonstration data, and
    the settings (by default those of the environment). Raises SettingsError when these are unusable.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        engine = app.state.engine
        if demonstration:
            seed(engine)
        else:
            Base.metadata.create_all(engine)
        yield
        engine.dispose()

    settings = settings or Settings.load()
    app = FastAPI(
        **INFO,
        openapi_tags=openapi_tags(),
        lifespan=lifespan,
        webhooks=webhooks,
        swagger_ui_init_oauth=dict(SWAGGER_UI_INIT_OAUTH),
        max_body_size=settings.max_request_size,
    )
    # SQLAlchemy opens no connection before the first use, so a test need not run the lifespan to ask for rows.
    app.state.engine = make_engine(url or database_url(settings))
    app.state.settings = settings
    uri, options = counters.storage(settings)
    app.state.throttle = Throttle(storage_from_string(uri, **options))
    app.state.celery = make_celery(replace(settings, task_queue=f"{settings.task_queue}_twin"))
    outbox.watch(app.state.engine, app.state.celery)
    for router in ROUTERS:
        app.include_router(router)
    add_middleware(app)

    @app.get("/health", include_in_schema=False)
    def health() -> dict[str, str]:
        """Say that the process answers."""
        return {"status": "ok"}

    return app


def __getattr__(name: str) -> FastAPI:
    # `uvicorn myapp.twin:app` wants an attribute; made when it is asked for, so that importing needs no database.
    if name == "app":
        app = globals()["app"] = create_twin()
        return app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
