"""Work after the response (BackgroundTasks), and work that other processes do (Celery)."""

from fastapi import APIRouter

from myapp.blueprints.background_tasks import fastapi_original_notifications, fastapi_original_reports

router = APIRouter(prefix="/background-tasks", tags=["background-tasks"])
router.include_router(fastapi_original_notifications.router)
router.include_router(fastapi_original_reports.router)
