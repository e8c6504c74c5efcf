"""What every model's pages share: Flask-Admin's `ModelView` with its unsafe defaults closed."""

from __future__ import annotations

import logging
from typing import Any

from flask import Blueprint, abort, flash, redirect, request
from flask_admin import Admin, BaseView, expose
from flask_admin.actions import action
from flask_admin.contrib.sqla import ModelView
from flask_admin.model.typefmt import BASE_FORMATTERS, EXPORT_FORMATTERS
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from wtforms import ValidationError

from myapp.extensions import db
from myapp.models import LARGEST_ID

from . import access, exports, pages
from .forms import FilterConverter, FormConverter

logger = logging.getLogger(__name__)

LARGEST_PAGE = 1_000_000
FORMATTERS = {**BASE_FORMATTERS, **pages.FORMATTERS}


class Guarded(BaseView):
    """A page for visitors: the gate (access.py) has let them in; this hides what they can't use."""

    def is_accessible(self) -> bool:
        """Show the page's link to visitors only."""
        return access.is_visitor()

    def create_blueprint(self, admin: Admin) -> Blueprint:
        """Return the page's blueprint, whose errors are pages of the administration."""
        blueprint: Blueprint = super().create_blueprint(admin)
        blueprint.register_error_handler(HTTPException, pages.error_page)
        return blueprint

    def render(self, template: str, **values: Any) -> str:
        """Render a template that also knows who is signed in."""
        return str(super().render(template, visitor=current_user, may_change=access.may_change(), **values))

    def _run_view(self, fn: Any, *args: Any, **values: Any) -> Any:
        # The library's calls a view that raised TypeError once more, in another way, and so hides the fault.
        return fn(self, *args, **values)


class GuardedModel(Guarded, ModelView):
    """Lists, forms, actions and exports of one model: to read for viewers, to change for administrators.

    Subclasses name the columns that are shown, one by one: a column that is added to the model is on no page by itself.
    """

    model_form_converter = FormConverter
    filter_converter = FilterConverter()
    list_template = "admin/list.html"
    details_template = "admin/details.html"
    can_view_details = True
    can_set_page_size = True
    page_size = 20
    page_size_options = (10, 20, 50, 100)
    can_export = True
    export_max_rows = exports.MAX_ROWS
    column_type_formatters = FORMATTERS
    column_type_formatters_detail = FORMATTERS
    column_type_formatters_export = {**EXPORT_FORMATTERS, **pages.EXPORT_FORMATTERS}
    column_default_sort = ("created_at", True)

    can_create = can_edit = can_delete = property(lambda self: access.may_change())

    def is_action_allowed(self, name: str) -> bool:
        """Offer actions to administrators."""
        return access.may_change() and bool(super().is_action_allowed(name))

    def get_one(self, id: str) -> Any:
        """Return a row, or None; a key that can't be one finds nothing (PostgreSQL would complain)."""
        return super().get_one(id) if _keys([id]) else None

    def get_export_value(self, model: Any, name: str) -> Any:
        """Return a cell of the CSV file."""
        return exports.safe_cell(super().get_export_value(model, name))

    def _get_list_extra_args(self) -> Any:
        arguments = super()._get_list_extra_args()
        arguments.page = min(max(arguments.page, 0), LARGEST_PAGE)
        return arguments

    def _export_data(self) -> Any:
        count, rows = super()._export_data()
        if count > exports.MAX_ROWS:
            flash(
                f"{count} rows are too many for one file, {exports.MAX_ROWS} at most: narrow them by a filter.", "error"
            )
            abort(redirect(self.get_url(".index_view", **request.args.to_dict())))
        return count, rows

    @expose("/ajax/update/", methods=("POST",))
    def ajax_update(self) -> str | tuple[str, int]:
        """Change one cell of the list; what is wrong comes as 400 in plain words (the library's answer is 500)."""
        if self.get_one(request.form.get("list_form_pk", "")) is None:
            return "The record does not exist any more.", 400
        answer = super().ajax_update()
        if isinstance(answer, tuple):
            return answer[0], 400
        return answer if answer is not None else ("There is nothing to change.", 400)

    @action("delete", "Delete", "Delete the selected records?")
    def action_delete(self, ids: list[str]) -> None:
        """Delete the rows that were ticked."""
        rows = [row for row in map(self.get_one, ids) if row is not None]
        self.flash_count(sum(map(self.delete_model, rows)), "deleted")

    def change_rows(self, ids: list[str], attribute: str, value: Any, done: str) -> None:
        """Set an attribute of the rows that were ticked, each under the same rules as in its form."""
        count = 0
        for row in (self.get_one(id) for id in ids):
            if row is not None and getattr(row, attribute) != value:
                try:
                    setattr(row, attribute, value)
                    self.on_model_change(None, row, False)
                    db.session.commit()
                except (ValidationError, SQLAlchemyError) as error:
                    db.session.rollback()
                    self.handle_view_exception(error)
                else:
                    self.after_model_change(None, row, False)
                    count += 1
        self.flash_count(count, done)

    def flash_count(self, count: int, done: str) -> None:
        """Say on the next page what an action did."""
        flash(f"{count} {'record' if count == 1 else 'records'} {done}.", "success" if count else "info")

    def handle_view_exception(self, exc: Exception) -> bool:
        """Say what went wrong without the statement and its values, a password's hash among them.

        Raises what is neither a rule's refusal nor the database's: a fault in the program is no message to a visitor.
        """
        if isinstance(exc, ValidationError):
            flash(str(exc), "error")
            return True
        if isinstance(exc, SQLAlchemyError):
            # PostgreSQL quotes the row from the second line on.
            reason = str(getattr(exc, "orig", None) or type(exc).__name__).partition("\n")[0]
            logger.error("%s: the database refused a change: %s", self.name, reason)
            flash("The database refused this: it may be in use already, or refer to what is gone.", "error")
            return True
        raise exc

    def after_model_change(self, form: Any, model: Any, is_created: bool) -> None:
        """Leave a line in the log: who did what."""
        logger.info("user %d %s %r", access.visitor().id, "created" if is_created else "changed", model)

    def after_model_delete(self, model: Any) -> None:
        """Leave a line in the log."""
        logger.info("user %d deleted %s", access.visitor().id, model.__class__.__name__)


def _keys(ids: list[str]) -> list[int]:
    return [int(id) for id in ids if id.isascii() and id.isdigit() and int(id) <= LARGEST_ID]
