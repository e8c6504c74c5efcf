"""Celery: a report on the posts, made by a worker, asked for and downloaded here."""

from typing import Annotated, Any, Literal

from flask import Blueprint, current_app
from flask import Response as FlaskResponse
from sqlalchemy import select

from myapp.blueprints.background_tasks.schemas import ReportPublic
from myapp.blueprints.background_tasks.tasks import make_report, reports_folder
from myapp.dependencies import Limit, RowId, SessionDep, Skip
from myapp.extensions import db
from myapp.kit import Depends, HTTPException, Response, file_response, operation
from myapp.logs import request_id
from myapp.models import Report, ReportState
from myapp.queue import BrokerUnavailable, enqueue

bp = Blueprint("reports", __name__, url_prefix="/reports")


def get_report(report_id: RowId, session: SessionDep) -> Report:
    report = session.get(Report, report_id)
    if report is None:
        raise HTTPException(status_code=404, detail="Report not found")
    return report


ReportDep = Annotated[Report, Depends(get_report)]


@bp.post("/")
@operation(status_code=202, response_model=ReportPublic)
def create_report(session: SessionDep, response: Response) -> Any:
    """Ask for a report; a worker makes it."""
    report = Report()
    session.add(report)
    session.commit()
    try:
        enqueue(current_app.extensions["celery"], make_report, report.id, request_id=request_id())
    except BrokerUnavailable:
        session.delete(report)
        session.commit()
        raise HTTPException(
            status_code=503, detail="The task queue cannot be reached; try again later", headers={"Retry-After": "10"}
        ) from None
    response.headers["Location"] = f"/background-tasks/reports/{report.id}"
    return report


@bp.get("/")
@operation(response_model=list[ReportPublic])
def read_reports(
    session: SessionDep,
    skip: Skip = 0,
    limit: Limit = 20,
) -> Any:
    """List the reports, the latest first."""
    return session.scalars(select(Report).order_by(Report.id.desc()).offset(skip).limit(limit)).all()


@bp.get("/<report_id>")
@operation(response_model=ReportPublic)
def read_report(report: ReportDep) -> Any:
    """Read how far a report is, and its files' names."""
    return report


@bp.get("/<report_id>/files/<kind>")
@operation(responses={200: {"content": {"text/html": {}, "text/csv": {}}}})
def read_report_file(report: ReportDep, kind: Literal["html", "csv"]) -> FlaskResponse:
    """Download a finished report as a page or as a table."""
    name = report.html_file if kind == "html" else report.csv_file
    folder = reports_folder(current_app.extensions["settings"].data_dir, db.engine)
    if name is None or report.state is not ReportState.DONE or not (folder / name).is_file():
        raise HTTPException(status_code=404, detail="File not found")
    response = file_response(folder / name)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
