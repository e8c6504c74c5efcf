"""The first page: how much there is, what is new, and the way to the other parts of the site."""

from __future__ import annotations

from flask_admin import AdminIndexView, expose
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from myapp.extensions import db
from myapp.models import Post, Report, ReportState, User

from .guarded import Guarded

NEWEST = 8


class Dashboard(Guarded, AdminIndexView):
    """Counts, and the newest posts."""

    @expose()
    def index(self) -> str:
        """Show the dashboard."""
        count = func.count
        users, active = db.session.execute(select(count(User.id), count(User.id).filter(User.is_active))).one()
        posts, public = db.session.execute(select(count(Post.id), count(Post.id).filter(Post.published))).one()
        finished = Report.state == ReportState.DONE
        reports, done = db.session.execute(select(count(Report.id), count(Report.id).filter(finished))).one()
        newest = select(Post).options(joinedload(Post.author)).order_by(Post.created_at.desc(), Post.id.desc())
        return self.render(
            "admin/dashboard.html",
            tiles=[
                ("Users", users, f"{active} active", "user.index_view"),
                ("Posts", posts, f"{public} published", "post.index_view"),
                ("Reports", reports, f"{done} done", "report.index_view"),
            ],
            newest=db.session.scalars(newest.limit(NEWEST)).all(),
        )
