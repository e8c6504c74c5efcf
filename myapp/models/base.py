"""The declarative base and the two column types that every table shares.

The models are plain SQLAlchemy 2: `Base` knows nothing of Flask, so the same classes serve Flask-SQLAlchemy
(`SQLAlchemy(model_class=Base)` in `myapp/extensions.py` shares `Base.metadata`), a script with its own engine, and the
FastAPI twin. Models inherit from `Base` and not from `db.Model`: type checkers understand a `DeclarativeBase`, and
refuse an attribute of an instance as a base class (flask-sqlalchemy#1312).
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, MetaData, String
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

# Constraints that the database names by itself get another name in each database, and a migration can't drop what it
# can't name. https://alembic.sqlalchemy.org/en/latest/naming.html
NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

#: The largest number of a row: of an INTEGER in every database.
LARGEST_ID = 2**31 - 1

#: What text that is to be stored looks like: PostgreSQL's holds no NUL.
STORABLE_TEXT = r"^[^\x00]*$"


class Base(DeclarativeBase):
    """Every model's base class; `Base.metadata` is what the migrations are compared with."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC, whatever the database.

    PostgreSQL gives the time back in the connection's time zone and SQLite without any, so that one and the same row
    would read differently in JSON. In: an aware datetime (ValueError for a naive one). Out: the same instant in UTC.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What a column of this type holds; SQLAlchemy can't tell for a decorated one."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn what the application gives into what is stored."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a datetime without a time zone can't be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn what was stored into an aware datetime."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Lowercase(TypeDecorator[str]):
    """Text that is stored and compared in lower case, for e-mail addresses.

    Both sides of `User.email == "Ada@Example.com"` go through here, so look-ups and the UNIQUE constraint agree without
    an index on an expression, which SQLite and PostgreSQL spell and migrations compare differently.
    """

    impl = String
    cache_ok = True

    @property
    def python_type(self) -> type[str]:
        """What a column of this type holds."""
        return str

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Lower what is stored or compared."""
        return None if value is None else value.lower()


def utcnow() -> datetime:
    """Return the current time, aware, in UTC."""
    return datetime.now(UTC)


def in_utc(value: datetime) -> datetime:
    """Return the same instant in UTC; without a time zone it is UTC already. ValueError for one that UTC can't say."""
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("out of range in UTC") from error
