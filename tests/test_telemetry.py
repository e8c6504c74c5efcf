"""myapp.telemetry: one trace from a request to the task that it asked for, with the spans that FastAPI writes."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import fastapi
import pytest
from celery.contrib.testing.worker import start_worker
from fastapi import FastAPI
from flask import Flask
from opentelemetry.instrumentation.celery import CeleryInstrumentor
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from myapp import settings as settings_module
from myapp import telemetry
from myapp.extensions import db
from myapp.kit import HTTPException, operation
from myapp.models import Base, Report, ReportState
from myapp.settings import Settings, SettingsError
from tests.kit.both import TestClient
from tests.live.processes import ROOT, environment

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
#: What the two test clients say differently of themselves; and FastAPI does not note the user agent.
OF_THE_CLIENT = {"server.address", "client.address", "user_agent.original"}


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    """What gathers the spans of the traced application."""
    return InMemorySpanExporter()


@pytest.fixture
def traced(
    make_app: Callable[[Settings], Flask],
    settings: Settings,
    exporter: InMemorySpanExporter,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Flask]:
    """The application with the setting; afterwards the process traces nothing."""
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "none")
    monkeypatch.setenv("OTEL_SEMCONV_STABILITY_OPT_IN", "http,database")
    app = make_app(replace(settings, telemetry=True))
    app.extensions["tracer_provider"].add_span_processor(SimpleSpanProcessor(exporter))
    with app.app_context():
        Base.metadata.create_all(db.engine)
    exporter.clear()
    yield app
    FlaskInstrumentor().uninstrument_app(app)
    SQLAlchemyInstrumentor().uninstrument()
    CeleryInstrumentor().uninstrument()
    app.extensions["tracer_provider"].shutdown()


def test_one_trace(traced: Flask, exporter: InMemorySpanExporter) -> None:
    """The request that asks for a report, its INSERT, the message, the task in a worker and the task's own SQL."""
    celery = traced.extensions["celery"]
    client = traced.test_client()
    asked = client.post("/background-tasks/reports/", headers={"traceparent": PARENT})
    assert asked.status_code == 202, asked.text
    with start_worker(celery, pool="solo", perform_ping_check=False, shutdown_timeout=30):
        wait_for_report(traced, asked.get_json()["id"])
    spans = exporter.get_finished_spans()
    trace = [span for span in spans if f"{span.context.trace_id:032x}" == PARENT.split("-")[1]]
    by_id = {span.context.span_id: span for span in trace}

    def parent(span: ReadableSpan) -> str:
        """The name of the span around this one."""
        return by_id[span.parent.span_id].name if span.parent and span.parent.span_id in by_id else ""

    (request,) = (span for span in trace if span.kind.name == "SERVER")
    assert f"{request.parent.span_id:016x}" == PARENT.split("-")[2]
    assert request.name == "POST /background-tasks/reports/"
    (published,) = (span for span in trace if span.kind.name == "PRODUCER")
    (task,) = (span for span in trace if span.kind.name == "CONSUMER")
    assert (published.name, parent(published)) == ("apply_async/reports.make", request.name)
    assert (task.name, parent(task)) == ("run/reports.make", published.name)
    statements = [(span.name.split()[0], parent(span)) for span in trace if span.kind.name == "CLIENT"]
    assert ("INSERT", request.name) in statements
    assert ("UPDATE", task.name) in statements


def wait_for_report(app: Flask, number: int) -> None:
    """Return when the report is done."""
    import time

    deadline = time.monotonic() + 30
    with app.app_context():
        while db.session.get(Report, number, populate_existing=True).state is not ReportState.DONE:
            assert time.monotonic() < deadline
            db.session.rollback()
            time.sleep(0.05)


def test_the_spans_of_requests_are_fastapis(traced: Flask, exporter: InMemorySpanExporter) -> None:
    """Names, kinds, parents, status and attributes are those of `FastAPI(telemetry=...)`.

    Its inner spans (dependencies, endpoint, serialization) are FastAPI's alone, as are its metrics and logs.
    """
    provider, theirs = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(theirs))
    original = FastAPI(telemetry={"tracer_provider": provider, "metrics": False, "logs": False})

    def view(refuse: type[Exception]) -> Callable[[int], dict[str, int]]:
        def read(number: int) -> dict[str, int]:
            if number == 4:
                raise refuse(409, "taken")
            return {"number": number}

        return read

    original.add_api_route("/telemetry/{number}", view(fastapi.HTTPException))
    traced.add_url_rule("/telemetry/<number>", "read_telemetry", operation()(view(HTTPException)))
    ours_client, theirs_client = traced.test_client(), TestClient(original, raise_server_exceptions=False)
    for path in ("/telemetry/3", "/telemetry/3?q=1", "/telemetry/4", "/telemetry/x", "/nowhere"):
        for client in (ours_client, theirs_client):
            client.get(path, headers={"traceparent": PARENT, "user-agent": "tests"})

    def shown(spans: tuple[ReadableSpan, ...]) -> list[object]:
        """What is compared, of the requests' spans."""
        return [
            (
                span.name,
                span.status.status_code,
                span.context.trace_id,
                span.parent.span_id,
                {name: value for name, value in span.attributes.items() if name not in OF_THE_CLIENT},
            )
            for span in spans
            if span.kind.name == "SERVER"
        ]

    for ours, original_span in zip(
        shown(exporter.get_finished_spans()), shown(theirs.get_finished_spans()), strict=True
    ):
        assert ours == original_span


def test_off_by_default(tmp_path: Path) -> None:
    """No instrumentation is imported; redis-py looks by itself for OpenTelemetry's API."""
    code = (
        "import sys; from myapp import create_app; app = create_app()\n"
        "assert 'opentelemetry.instrumentation' not in sys.modules and 'tracer_provider' not in app.extensions"
    )
    env, _ = environment(MYAPP_DATA_DIR=str(tmp_path))
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, check=True, timeout=60)


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """The setting says what to install."""
    monkeypatch.setattr(settings_module, "find_spec", lambda name: None)
    with pytest.raises(SettingsError, match=r"MYAPP_TELEMETRY needs .* pip install 'myapp\[otel\]'"):
        replace(settings, telemetry=True)


@pytest.mark.parametrize(("exporter", "processors"), [("none", 0), ("console", 1), ("otlp", 1), ("", 1)])
def test_where_the_spans_go(exporter: str, processors: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenTelemetry's variable is heeded, under its own names and default."""
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", exporter)
    monkeypatch.setenv("OTEL_SERVICE_NAME", "posts")
    provider = telemetry.make_provider()
    assert provider.resource.attributes["service.name"] == "posts"
    assert len(provider._active_span_processor._span_processors) == processors
    provider.shutdown()


def test_an_exporter_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another value is refused, and not taken for the default."""
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "zipkin")
    with pytest.raises(ValueError, match="OTEL_TRACES_EXPORTER must be otlp, console or none, not zipkin"):
        telemetry.make_provider()
