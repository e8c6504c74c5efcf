"""Run by Alembic for every `flask db` command: connects the migrations with the application's engine and models."""

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app

from myapp.extensions import db
from myapp.models import Base
from myapp.models.base import Lowercase, UtcDateTime

config = context.config


def render_item(kind: str, item: object, autogen: AutogenContext) -> str | bool:
    """Write the plain type in place of ours: a migration must run when the class it was made from has changed."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Lowercase):
        return f"sa.String({item.impl_instance.length})"
    if kind == "type" and isinstance(item, sa.Enum) and not item.native_enum:
        return f"sa.String({item.length})"
    return False


def drop_empty(context: object, revision: object, directives: list) -> None:
    """Write no file from `flask db migrate` when the models and the database agree."""
    if getattr(config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives.clear()


def run_offline() -> None:
    """Print SQL (`flask db upgrade --sql`) without a connection."""
    context.configure(
        url=db.engine.url.render_as_string(hide_password=False), target_metadata=Base.metadata, literal_binds=True
    )
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    """Migrate the database."""
    with db.engine.connect() as connection:
        # SQLite obeys this pragma outside a transaction only. A batch migration copies a table and drops the old one,
        # which must not count as deleting the rows that others refer to.
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=render_item,
            process_revision_directives=drop_empty,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys = ON")


if context.is_offline_mode():
    run_offline()
else:
    run_online()
