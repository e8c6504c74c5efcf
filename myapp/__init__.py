"""FastAPI's built-ins, mirrored in Flask. `create_app()` is the table of contents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask

from . import (
    account_pages,
    admin,
    database,
    demo,
    documents,
    errors,
    gallery,
    health,
    hub,
    logs,
    middleware,
    page_headers,
    proxies,
    queue,
    rate_limits,
    telemetry,
    users,
)
from .blueprints.async_views.routes import bp as async_views
from .blueprints.background_tasks.routes import bp as background_tasks
from .blueprints.body.routes import bp as body
from .blueprints.body_updates.routes import bp as body_updates
from .blueprints.callbacks_webhooks import outbox
from .blueprints.callbacks_webhooks.routes import bp as callbacks_webhooks
from .blueprints.custom_response.routes import bp as custom_response
from .blueprints.dependencies.routes import bp as dependencies
from .blueprints.extra_data_types.routes import bp as extra_data_types
from .blueprints.first_steps.routes import bp as first_steps
from .blueprints.forms_files.routes import bp as forms_files
from .blueprints.frontend.routes import bp as frontend
from .blueprints.handling_errors.routes import bp as handling_errors
from .blueprints.header_cookie_params.routes import bp as header_cookie_params
from .blueprints.lifespan.routes import bp as lifespan_bp
from .blueprints.middleware.routes import bp as middleware_bp
from .blueprints.openapi_metadata.routes import bp as openapi_metadata
from .blueprints.path_params.routes import bp as path_params
from .blueprints.query_params.routes import bp as query_params
from .blueprints.response_model.routes import bp as response_model
from .blueprints.security.routes import bp as security
from .blueprints.server_sent_events.routes import bp as server_sent_events
from .blueprints.settings.routes import bp as settings_bp
from .blueprints.sql_databases.routes import bp as sql_databases
from .blueprints.sub_applications.routes import bp as sub_applications
from .blueprints.templates_static.routes import bp as templates_static
from .blueprints.testing.routes import bp as testing
from .blueprints.websockets.routes import bp as websockets
from .extensions import db, migrate
from .kit import ASGIApplication, mount
from .sessions import SessionInterface
from .settings import Settings

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def create_app(settings: Settings | None = None) -> Flask:
    """Return an application that shares no state with others in the process.

    In: the settings; by default those of the environment. Raises SettingsError when these can't be used.
    """
    settings = settings or Settings.load()
    app = Flask(__name__, instance_path=str(settings.data_dir))
    configure(app, settings)

    # The id comes first: what goes wrong in any later hook must have one in the log.
    logs.init_app(app, settings)
    middleware.init_app(app, settings)
    # Around the middleware, so that this sees the host that the visitor asked for.
    proxies.init_app(app, settings)
    database.init_app(app, settings)
    # render_as_batch: SQLite can't alter a column, so Alembic copies the table there.
    migrate.init_app(app, db, directory=str(MIGRATIONS), render_as_batch=True)
    hub.init_app(app, settings)
    queue.init_app(app, settings)
    outbox.init_app(app)
    documents.init_app(app, settings)
    errors.init_app(app)
    page_headers.init_app(app)
    register_blueprints(app)
    # After the views that it limits.
    rate_limits.init_app(app, settings)
    mount_twin(app, settings)
    # Last around the application, and after the engines and Celery, which it traces too.
    telemetry.init_app(app, settings)
    demo.init_app(app)
    users.init_app(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    """Tell Flask and its extensions what the settings say."""
    app.extensions["settings"] = settings
    app.config.from_mapping(
        SECRET_KEY=settings.secret_key,
        DEBUG=settings.debug,
        TESTING=settings.env == "testing",
        MAX_CONTENT_LENGTH=settings.max_request_size,
        SESSION_COOKIE_SAMESITE="Lax",
        # A browser sends a Secure cookie over https only, and development has none.
        SESSION_COOKIE_SECURE=settings.production,
    )
    app.session_interface = SessionInterface()


def register_blueprints(app: Flask) -> None:
    """One line for each built-in, in the order of FastAPI's documentation; then what is not part of the API."""
    app.register_blueprint(first_steps)
    app.register_blueprint(path_params)
    app.register_blueprint(query_params)
    app.register_blueprint(header_cookie_params)
    app.register_blueprint(body)
    app.register_blueprint(body_updates)
    app.register_blueprint(extra_data_types)
    app.register_blueprint(response_model)
    app.register_blueprint(handling_errors)
    app.register_blueprint(openapi_metadata)
    app.register_blueprint(forms_files)
    app.register_blueprint(dependencies)
    app.register_blueprint(security)
    app.register_blueprint(sql_databases)
    app.register_blueprint(background_tasks)
    app.register_blueprint(sub_applications)
    app.register_blueprint(custom_response)
    app.register_blueprint(templates_static)
    app.register_blueprint(frontend)
    app.register_blueprint(websockets)
    app.register_blueprint(server_sent_events)
    app.register_blueprint(testing)
    app.register_blueprint(lifespan_bp)
    app.register_blueprint(middleware_bp)
    app.register_blueprint(settings_bp)
    app.register_blueprint(callbacks_webhooks)
    app.register_blueprint(async_views)

    gallery.init_app(app)
    admin.init_app(app)
    app.register_blueprint(account_pages.bp)
    app.register_blueprint(health.bp)


def mount_twin(app: Flask, settings: Settings) -> None:
    """Serve the FastAPI side, too, where the settings ask for it; FastAPI is imported at the first request for it."""

    def load() -> Any:
        from .twin import create_twin

        return create_twin(settings=settings)

    if settings.mount_twin:
        mount(app, "/fastapi", ASGIApplication(load))
