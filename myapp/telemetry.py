"""Traces: a request, its SQL statements and the Celery tasks that it asked for are one, by OpenTelemetry.

Pairs `FastAPI(telemetry=...)` with opentelemetry-instrumentation-flask, -sqlalchemy and -celery (the extra `otel`).
`MYAPP_TELEMETRY` turns it on; OpenTelemetry's own variables say the rest: `OTEL_SERVICE_NAME`, `OTEL_TRACES_EXPORTER`
(`otlp`, `console` or `none`), `OTEL_EXPORTER_OTLP_ENDPOINT`. Spans of one's own:
`current_app.extensions["tracer_provider"].get_tracer(__name__)`.

Mail and webhooks wait in the database first, so that their tasks begin traces of their own.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from flask import Flask, request

from .extensions import db
from .kit.routing import path_format
from .settings import Settings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider


def init_app(app: Flask, settings: Settings) -> None:
    """Trace the application where the settings ask for it; nothing of OpenTelemetry is imported elsewhere.

    Its instrumentation of Celery and SQLAlchemy is the process's: the first such application is traced whole.
    """
    if not settings.telemetry:
        return
    # The names that FastAPI writes; read when the first instrumentation is made. Without it they are those of 2022.
    os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http,database")
    from celery import signals
    from opentelemetry.instrumentation.celery import CeleryInstrumentor
    from opentelemetry.instrumentation.flask import FlaskInstrumentor
    from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
    from opentelemetry.trace import get_current_span

    def call_by_path() -> None:
        """Name the request's span as FastAPI does: by the path in the document, or by the method without one."""
        span = get_current_span()
        span.update_name(request.method)
        if request.url_rule is not None:
            route = path_format(request.url_rule.rule)
            span.update_name(f"{request.method} {route}")
            span.set_attribute("http.route", route)

    def flush(**_: Any) -> None:
        provider.force_flush()

    provider = make_provider()
    app.extensions["tracer_provider"] = provider
    FlaskInstrumentor().instrument_app(app, tracer_provider=provider)
    app.before_request(call_by_path)
    # Before those that may answer a request: it has a span too.
    functions = app.before_request_funcs[None]
    functions[:] = functions[-2:] + functions[:-2]
    with app.app_context():
        # It asks for SQLAlchemy before 2.1, with which it works nevertheless, as the tests show.
        SQLAlchemyInstrumentor().instrument(
            engines=list(db.engines.values()), tracer_provider=provider, skip_dep_check=True
        )
    CeleryInstrumentor().instrument(tracer_provider=provider)
    # The children of a Celery worker end without Python's own hooks.
    signals.worker_process_shutdown.connect(flush, weak=False)


def make_provider() -> TracerProvider:
    """What makes the spans, and sends them where `OTEL_TRACES_EXPORTER` says. Raises ValueError for an unknown one."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SimpleSpanProcessor

    name = os.environ.get("OTEL_SERVICE_NAME") or "myapp"
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: name}))
    exporter = os.environ.get("OTEL_TRACES_EXPORTER") or "otlp"
    if exporter == "otlp":
        # Gathered and sent by a thread: no request waits for the collector.
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    elif exporter == "console":
        provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter()))
    elif exporter != "none":
        raise ValueError(f"OTEL_TRACES_EXPORTER must be otlp, console or none, not {exporter}")
    return provider
