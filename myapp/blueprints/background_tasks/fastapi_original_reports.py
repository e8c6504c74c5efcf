"""Celery: a report on the posts, made by a worker, asked for and downloaded here."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel
from sqlalchemy import select

from myapp.blueprints.background_tasks.tasks import make_report, reports_folder
from myapp.models import Report, ReportState
from myapp.queue import BrokerUnavailable, enqueue
from myapp.twin_dependencies import Limit, RowId, SessionDep, Skip

router = APIRouter(prefix="/reports")


class ReportPublic(BaseModel):
    id: int
    state: ReportState
    progress: int
    created_at: datetime
    finished_at: datetime | None
    error: str | None
    html_file: str | None
    csv_file: str | None


def get_report(report_id: RowId, session: SessionDep) -> Report:
    report = session.get(Report, report_id)
    if report is None:
        raise HTTPException(status_code=404, detail="Report not found")
    return report


ReportDep = Annotated[Report, Depends(get_report)]


@router.post("/", status_code=202, response_model=ReportPublic)
def create_report(session: SessionDep, request: Request, response: Response) -> Any:
    """Ask for a report; a worker makes it."""
    report = Report()
    session.add(report)
    session.commit()
    request_id = request.headers.get("x-request-id")
    try:
        enqueue(request.app.state.celery, make_report, report.id, request_id=request_id)
    except BrokerUnavailable:
        session.delete(report)
        session.commit()
        raise HTTPException(
            status_code=503, detail="The task queue cannot be reached; try again later", headers={"Retry-After": "10"}
        ) from None
    response.headers["Location"] = f"/background-tasks/reports/{report.id}"
    return report


@router.get("/", response_model=list[ReportPublic])
def read_reports(
    session: SessionDep,
    skip: Skip = 0,
    limit: Limit = 20,
) -> Any:
    """List the reports, the latest first."""
    return session.scalars(select(Report).order_by(Report.id.desc()).offset(skip).limit(limit)).all()


@router.get("/{report_id}", response_model=ReportPublic)
def read_report(report: ReportDep) -> Any:
    """Read how far a report is, and its files' names."""
    return report


@router.get("/{report_id}/files/{kind}", responses={200: {"content": {"text/html": {}, "text/csv": {}}}})
def read_report_file(report: ReportDep, kind: Literal["html", "csv"], request: Request) -> FileResponse:
    """Download a finished report as a page or as a table."""
    name = report.html_file if kind == "html" else report.csv_file
    folder = reports_folder(request.app.state.settings.data_dir, request.app.state.engine)
    if name is None or report.state is not ReportState.DONE or not (folder / name).is_file():
        raise HTTPException(status_code=404, detail="File not found")
    return FileResponse(folder / name, filename=name)
