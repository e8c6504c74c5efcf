"""Work after the response (BackgroundTasks), and work that other processes do (Celery)."""

from flask import Blueprint

from myapp.blueprints.background_tasks import routes_notifications, routes_reports
from myapp.kit import router_options

bp = Blueprint("background_tasks", __name__, url_prefix="/background-tasks")
router_options(bp, tags=["background-tasks"])
bp.register_blueprint(routes_notifications.bp)
bp.register_blueprint(routes_reports.bp)
