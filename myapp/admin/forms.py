"""Form fields and filters that Flask-Admin lacks for the application's columns."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask_admin.contrib.sqla import filters
from flask_admin.contrib.sqla.ajax import QueryAjaxModelLoader
from flask_admin.contrib.sqla.form import AdminModelConverter
from flask_admin.form import Select2Field
from flask_admin.model.filters import convert
from flask_admin.model.form import converts
from wtforms import PasswordField

from myapp.models import User
from myapp.passwords import hash_password


class NewPasswordField(PasswordField):
    """A password to set: hashed into `password_hash`; left empty, it keeps the old one. Never filled from the model."""

    def populate_obj(self, obj: User, name: str) -> None:
        """Hash what was typed."""
        if self.data:
            obj.password_hash = hash_password(self.data)


class UserLoader(QueryAjaxModelLoader):
    """Finds authors by their e-mail address, as somebody types it."""

    def format(self, model: User | None) -> tuple[int, str] | None:
        """Return a choice: its key and what is shown."""
        return None if model is None else (model.id, model.email)


class _Utc:
    """A filter whose times, typed without a zone, are UTC as the lists show them."""

    def clean(self, value: str) -> Any:
        cleaned = super().clean(value)  # type: ignore[misc]
        return [_aware(time) for time in cleaned] if isinstance(cleaned, list) else _aware(cleaned)


class _Greater(_Utc, filters.DateTimeGreaterFilter):
    pass


class _Smaller(_Utc, filters.DateTimeSmallerFilter):
    pass


class _Between(_Utc, filters.DateTimeBetweenFilter):
    pass


class FormConverter(AdminModelConverter):
    """Fields for the application's own column types: the library looks them up by the type's name."""

    @converts("Lowercase")
    def lowercase(self, **values: Any) -> Any:
        """That of text."""
        return self.conv_String(**values)

    @converts("sqlalchemy.sql.sqltypes.Enum")
    def convert_enum(self, column: Any, field_args: dict[str, Any], **_: Any) -> Select2Field:
        """A select of values; the library's own takes the names of the enum's members for them."""
        return Select2Field(choices=_choices(column), coerce=column.type.enum_class, **field_args)


class FilterConverter(filters.FilterConverter):
    """Filters for the same column types."""

    @convert("lowercase")
    def lowercase(self, column: Any, name: str, **options: Any) -> list[Any]:
        """Those of text."""
        return self.conv_string(column, name, **options)  # type: ignore[no-any-return]

    @convert("utcdatetime")
    def utc_datetime(self, column: Any, name: str, **options: Any) -> list[Any]:
        """Those of a time that make sense for one with microseconds."""
        return [kind(column, name, **options) for kind in (_Between, _Greater, _Smaller)]

    @convert("enum")
    def member(self, column: Any, name: str, **options: Any) -> list[Any]:
        """Equal or not, again by values."""
        return [kind(column, name, options=_choices(column)) for kind in (filters.FilterEqual, filters.FilterNotEqual)]


def _choices(column: Any) -> list[tuple[str, str]]:
    return [(value, value) for value in column.type.enums]


def _aware(time: datetime) -> datetime:
    return time.replace(tzinfo=UTC)
