"""The pages of users, posts, reports and webhooks."""

from __future__ import annotations

from typing import Any

from flask_admin.actions import action
from markupsafe import Markup
from wtforms import Form, ValidationError
from wtforms.validators import Email, InputRequired, Length, Optional

from myapp.accounts import logins
from myapp.extensions import db
from myapp.models import Post, Report, Role, User, WebhookDelivery, WebhookSubscription
from myapp.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD

from . import access
from .forms import NewPasswordField, UserLoader
from .guarded import GuardedModel

PASSWORD_RULES = [Length(SHORTEST_PASSWORD, LONGEST_PASSWORD, "A password has %(min)d to %(max)d characters.")]


class UserView(GuardedModel):
    """Users. Password hashes are in no list, form, filter or file: a new password goes in, nothing comes out."""

    column_list = column_export_list = ("id", "email", "role", "is_active", "created_at")
    column_details_list = column_list
    column_sortable_list = column_list
    column_searchable_list = ("email",)
    search_placeholder = staticmethod(lambda: "E-mail address")
    column_filters = ("email", "role", "is_active", "created_at")
    column_editable_list = ("email", "role", "is_active")
    column_labels = {"id": "ID", "email": "E-mail", "is_active": "Active", "created_at": "Created (UTC)"}

    form_columns = ("email", "role", "is_active")
    form_args = {"email": {"validators": [Email()]}}

    def get_create_form(self) -> type[Form]:
        """Return the form of a new user, who needs a password."""
        return self._with_password(
            super().get_create_form(), InputRequired(), f"At least {SHORTEST_PASSWORD} characters."
        )

    def get_edit_form(self) -> type[Form]:
        """Return the form of a known user, whose password stays if none is given."""
        return self._with_password(super().get_edit_form(), Optional(), "Empty: the password stays as it is.")

    def on_model_change(self, form: Any, model: User, is_created: bool) -> None:
        """End the API's logins of who is shut out, and refuse to shut oneself out: at least one administrator is left.

        Raises ValidationError.
        """
        if not model.is_active and not is_created:
            logins.end_all(db.session(), model.id)
        if model.id == access.visitor().id and not (model.is_active and model.role is Role.ADMIN):
            raise ValidationError("You can't take your own access away.")

    def on_model_delete(self, model: User) -> None:
        """Refuse to delete oneself. Raises ValidationError."""
        if model.id == access.visitor().id:
            raise ValidationError("You can't delete yourself.")

    @action("activate", "Activate")
    def action_activate(self, ids: list[str]) -> None:
        """Let the users who were ticked sign in again."""
        self.change_rows(ids, "is_active", True, "activated")

    @action("deactivate", "Deactivate", "Deactivate the selected users? They can't sign in any more.")
    def action_deactivate(self, ids: list[str]) -> None:
        """Shut the users who were ticked out."""
        self.change_rows(ids, "is_active", False, "deactivated")

    @action("delete", "Delete", "Delete the selected users, with all their posts?")
    def action_delete(self, ids: list[str]) -> None:
        """Delete the users who were ticked."""
        super().action_delete(ids)

    @staticmethod
    def _with_password(form: type[Form], needed: Any, description: str) -> type[Form]:
        field = NewPasswordField(
            "Password",
            [needed, *PASSWORD_RULES],
            description=description,
            render_kw={"autocomplete": "new-password"},
        )
        return type(form.__name__, (form,), {"password": field})


class PostView(GuardedModel):
    """Posts, also to be found by their authors."""

    column_list = column_export_list = ("id", "title", "author.email", "published", "created_at")
    column_details_list = (*column_list, "body")
    # Also because a file is written when the session is closed already.
    column_select_related_list = (Post.author,)
    column_sortable_list = ("id", "title", "author.email", "published", "created_at")
    column_searchable_list = ("title", "body", "author.email")
    search_placeholder = staticmethod(lambda: "Title, text or author")
    column_filters = ("title", "author.email", "published", "created_at")
    column_editable_list = ("title", "published")
    column_labels = {"id": "ID", "author.email": "Author", "created_at": "Created (UTC)"}
    column_formatters_detail = {"body": lambda view, context, post, name: _as_typed(post.body)}

    form_columns = ("title", "body", "author", "published")
    form_widget_args = {"body": {"rows": 12}}
    # Every author in one select would be as long as the table.
    form_ajax_refs = {
        "author": UserLoader("author", db, User, fields=["email"], order_by="email", placeholder="Author")
    }

    @action("publish", "Publish")
    def action_publish(self, ids: list[str]) -> None:
        """Publish the posts that were ticked."""
        self.change_rows(ids, "published", True, "published")

    @action("unpublish", "Unpublish")
    def action_unpublish(self, ids: list[str]) -> None:
        """Make drafts of the posts that were ticked."""
        self.change_rows(ids, "published", False, "unpublished")


class ReportView(GuardedModel):
    """Reports and how far they are. They are asked for through the API and made by Celery, so nothing changes here."""

    can_create = can_edit = can_delete = False
    column_list = column_export_list = ("id", "state", "progress", "owner.email", "created_at", "finished_at")
    column_details_list = (*column_list, "error", "html_file", "csv_file")
    column_select_related_list = (Report.owner,)
    column_sortable_list = column_list
    column_searchable_list = ("owner.email", "error")
    search_placeholder = staticmethod(lambda: "Owner or error")
    column_filters = ("state", "owner.email", "created_at")
    column_labels = {
        "id": "ID",
        "owner.email": "Owner",
        "created_at": "Created (UTC)",
        "finished_at": "Finished (UTC)",
        "html_file": "HTML file",
        "csv_file": "CSV file",
    }
    column_formatters = {"progress": lambda view, context, report, name: f"{report.progress} %"}


class SubscriptionView(GuardedModel):
    """Who is called about what. Their owners make and end them through the API; the secret is on no page.

    Here they are only switched off and on: one that is on again gets a ping, and its failures are forgotten.
    """

    can_create = can_edit = can_delete = False
    column_list = column_export_list = ("id", "url", "events", "active", "failures", "owner.email", "created_at")
    column_details_list = column_list
    column_select_related_list = (WebhookSubscription.owner,)
    column_sortable_list = ("id", "url", "active", "failures", "owner.email", "created_at")
    column_searchable_list = ("url", "owner.email")
    search_placeholder = staticmethod(lambda: "Address or owner")
    column_filters = ("url", "active", "failures", "owner.email", "created_at")
    column_labels = {"id": "ID", "url": "URL", "owner.email": "Owner", "created_at": "Created (UTC)"}
    column_formatters = {"events": lambda view, context, subscription, name: ", ".join(subscription.events)}
    column_formatters_export = column_formatters

    @action("activate", "Switch on")
    def action_activate(self, ids: list[str]) -> None:
        """Call those that were ticked again."""
        self.change_rows(ids, "active", True, "switched on")

    @action("deactivate", "Switch off")
    def action_deactivate(self, ids: list[str]) -> None:
        """Call those that were ticked no more."""
        self.change_rows(ids, "active", False, "switched off")


class DeliveryView(GuardedModel):
    """What was sent to subscribers or will be, and how the last attempt ended."""

    can_create = can_edit = can_delete = False
    column_list = column_export_list = (
        "id",
        "event",
        "state",
        "attempts",
        "status",
        "error",
        "subscription.url",
        "created_at",
        "next_attempt_at",
    )
    column_details_list = (*column_list, "finished_at", "message_id", "payload")
    column_select_related_list = (WebhookDelivery.subscription,)
    column_sortable_list = column_list
    column_searchable_list = ("subscription.url", "message_id", "error")
    search_placeholder = staticmethod(lambda: "Address, message ID or error")
    column_filters = ("event", "state", "status", "subscription.url", "created_at")
    column_labels = {
        "id": "ID",
        "subscription.url": "URL",
        "created_at": "Created (UTC)",
        "next_attempt_at": "Next attempt (UTC)",
        "finished_at": "Finished (UTC)",
        "message_id": "Message ID",
    }
    column_formatters_detail = {"payload": lambda view, context, delivery, name: _as_typed(delivery.payload)}


def _as_typed(text: str | None) -> str | Markup:
    return "" if text is None else Markup('<div class="as-typed">{}</div>').format(text)
