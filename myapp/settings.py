"""The application's settings: one typed class, defaults here, the environment on top.

Pairs FastAPI's advanced/settings page (`BaseSettings`). Every variable has the prefix MYAPP_ and the name of an
attribute of `Settings`. A `.env` file beside `wsgi.py` is read too, under gunicorn and Celery as well as under the
`flask` command (Flask itself reads it for that command only); the real environment wins over the file.

Faults are gathered and raised together: a deployment is mended in one round, not one variable at a time.
"""

from __future__ import annotations

import enum
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv import dotenv_values

from myapp import settings_readers as readers

PREFIX = "MYAPP_"
ROOT = Path(__file__).resolve().parent.parent
DEVELOPMENT_SECRET = "a development secret that everyone can read"
SECRET_LENGTH = 32
MAKE_A_SECRET = "python3 -c 'import secrets; print(secrets.token_hex())'"


class SettingsError(Exception):
    """The environment can't be used as it is; the message lists every fault."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("The settings can't be used:\n" + "\n".join(f"  - {fault}" for fault in faults))


class Environment(enum.StrEnum):
    """Where the application runs. Only production refuses what is handy elsewhere."""

    DEVELOPMENT = "development"
    TESTING = "testing"
    PRODUCTION = "production"


class LogFormat(enum.StrEnum):
    """What a line of the log looks like: for people, or for programs."""

    TEXT = "text"
    JSON = "json"


class ApiDocs(enum.StrEnum):
    """Who sees the OpenAPI document and its pages: everybody, who may enter the administration, or nobody."""

    PUBLIC = "public"
    PRIVATE = "private"
    OFF = "off"


def _read_by(reader: Callable[[str], Any], default: Any, *, repr: bool = True) -> Any:
    """Make a dataclass field that remembers how its text is read; `repr=False` keeps a secret out of logs."""
    return field(default=default, repr=repr, metadata={"read": reader})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that may differ between two deployments. The README lists the same names."""

    #: development, testing or production
    env: Environment = _read_by(readers.one_of(Environment), Environment.DEVELOPMENT)
    #: Signs sessions and tokens; at least 32 characters in production
    secret_key: str = field(default=DEVELOPMENT_SECRET, repr=False)
    #: How long a token given for a password is good
    access_token_minutes: int = _read_by(readers.count, 30)
    #: How long somebody stays signed in by refresh tokens, in days
    login_days: int = _read_by(readers.count, 14)
    #: Keys that open the API-key example, separated by commas; empty: none does
    api_keys: tuple[str, ...] = _read_by(readers.names, (), repr=False)
    #: Flask's debugger and reloader; never in production
    debug: bool = _read_by(readers.boolean, False)
    #: Where SQLite and other files are kept
    data_dir: Path = _read_by(lambda text: Path(text).expanduser().resolve(), ROOT / "instance")
    #: Empty: SQLite in the data directory
    database_url: str = _read_by(readers.database_url, "", repr=False)
    #: Connections that one worker process keeps open to PostgreSQL (as many again under load)
    database_pool_size: int = _read_by(readers.count, 5)
    #: Celery's broker; empty: embedded, on disk
    broker_url: str = _read_by(readers.url_of("redis", "rediss", "amqp", "amqps"), "", repr=False)
    #: The name of the Celery queue, for several deployments on one broker
    task_queue: str = _read_by(readers.name, "myapp")
    #: Celery's result store; empty: embedded, on disk
    result_backend: str = _read_by(readers.url_of("redis", "rediss", "db+postgresql"), "", repr=False)
    #: Redis for live messages between processes; empty: in this process
    redis_url: str = _read_by(readers.url_of("redis", "rediss"), "", repr=False)
    #: Sites whose pages may call the API (CORS), separated by commas
    allowed_origins: tuple[str, ...] = _read_by(readers.names, ())
    #: Names by which the site may be asked for, separated by commas; *.example.com for all below one; empty: any
    allowed_hosts: tuple[str, ...] = _read_by(readers.hosts, ())
    #: Hosts that webhooks may go to though private or (in production) not https, with a port, separated by commas
    trusted_webhook_hosts: tuple[str, ...] = _read_by(readers.authorities, ())
    #: Seconds before a webhook that failed is tried again; each further wait is four times as long
    webhook_retry_seconds: int = _read_by(readers.count, 5)
    #: Compress answers of so many bytes or more; empty: none, for a proxy to do it
    compress_minimum_size: int | None = _read_by(readers.size, None)
    #: Mount the FastAPI side below /fastapi; never in production
    mount_twin: bool = _read_by(readers.boolean, False)
    #: The OpenAPI document and its pages: public, private (for who may enter the administration) or off
    api_docs: ApiDocs = _read_by(readers.one_of(ApiDocs), ApiDocs.PUBLIC)
    #: Where mail is handed over; smtps:// for TLS from the start, else STARTTLS; empty: files in the data directory
    smtp_url: str = _read_by(readers.url_of("smtp", "smtps"), "", repr=False)
    #: The address that mail comes from
    mail_from: str = _read_by(readers.address, "noreply@localhost")
    #: Where the site is, for links in mail
    site_url: str = _read_by(readers.site, "http://127.0.0.1:8000")
    #: What the site calls itself
    site_name: str = "FastAPI's built-ins in Flask"
    #: Proxies' addresses or networks, whose X-Forwarded-* headers count, separated by commas; *: any, not in production
    trusted_proxies: tuple[str, ...] = _read_by(readers.networks, ())
    #: Trace requests, SQL and Celery tasks by OpenTelemetry, whose own OTEL_* variables say where the spans go
    telemetry: bool = _read_by(readers.boolean, False)
    #: DEBUG, INFO, WARNING, ERROR or CRITICAL
    log_level: str = _read_by(readers.level, "INFO")
    #: text, or json for one object a line
    log_format: LogFormat = _read_by(readers.one_of(LogFormat), LogFormat.TEXT)
    #: Bytes that a request's body may have, as many as the proxy in front lets through; empty: any number
    max_request_size: int | None = _read_by(readers.count, None)

    def __post_init__(self) -> None:
        """Fill what depends on something else, then refuse what is unsafe: raises SettingsError."""
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.data_dir / 'myapp.sqlite3'}")
        faults = [*_missing(self), *_unsafe_origins(self), *(_unfit_for_production(self) if self.production else ())]
        if faults:
            raise SettingsError(faults)

    @property
    def production(self) -> bool:
        """Whether real people depend on this process."""
        return self.env is Environment.PRODUCTION

    @property
    def sends_mail(self) -> bool:
        """Whether somebody reads what is sent: in production files on the server are no mail."""
        return bool(self.smtp_url) or not self.production

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, env_file: Path | None = ROOT / ".env") -> Settings:
        """Read the settings.

        In: the environment (`os.environ` unless given) and the file below it (None for none). Out: the settings.
        Raises SettingsError with all faults in one message. Names may be in either case; an empty variable counts as
        unset, as in a `.env` template.
        """
        file_values = dotenv_values(env_file) if env_file is not None else {}
        given = _given(file_values, os.environ if environ is None else environ)
        values: dict[str, Any] = {}
        faults: list[str] = []
        for setting in fields(cls):
            name = PREFIX + setting.name.upper()
            if (text := given.get(name)) is None:
                continue
            try:
                values[setting.name] = setting.metadata.get("read", str)(text)
            except ValueError as error:
                faults.append(f"{name} {error}")
        try:
            settings = cls(**values)
        except SettingsError as error:
            faults.extend(error.faults)
        if faults:
            raise SettingsError(faults)
        return settings


def _given(*sources: Mapping[str, str | None]) -> dict[str, str]:
    """The variables of all sources, by their names in upper case; a later source wins, an empty text says nothing."""
    return {name.upper(): text for source in sources for name, text in source.items() if text}


def _unsafe_origins(settings: Settings) -> list[str]:
    faults = []
    for origin in settings.allowed_origins:
        parts = urlsplit(origin)
        if origin != "*" and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.path or parts.query):
            faults.append(f"MYAPP_ALLOWED_ORIGINS: {origin!r} is no origin such as https://example.com")
    return faults


def _missing(settings: Settings) -> list[str]:
    # Looked for and not imported: nobody who has not asked for FastAPI loads it.
    faults = []
    if settings.mount_twin and not (find_spec("fastapi") and find_spec("a2wsgi")):
        faults.append("MYAPP_MOUNT_TWIN needs FastAPI and a2wsgi: pip install 'myapp[twin]'")
    if settings.telemetry and not (find_spec("opentelemetry") and find_spec("opentelemetry.instrumentation")):
        faults.append("MYAPP_TELEMETRY needs OpenTelemetry's instrumentation: pip install 'myapp[otel]'")
    return faults


def _unfit_for_production(settings: Settings) -> list[str]:
    faults = []
    if settings.secret_key == DEVELOPMENT_SECRET:
        faults.append(f"MYAPP_SECRET_KEY must be set in production; make one: {MAKE_A_SECRET}")
    elif len(settings.secret_key) < SECRET_LENGTH:
        faults.append(f"MYAPP_SECRET_KEY must have at least {SECRET_LENGTH} characters in production")
    if settings.mount_twin:
        faults.append("MYAPP_MOUNT_TWIN must be off in production: its users have a published password")
    if settings.debug:
        faults.append("MYAPP_DEBUG must be off in production: the debugger runs code that a visitor sends")
    if settings.smtp_url and not settings.site_url.startswith("https://"):
        faults.append("MYAPP_SITE_URL must be set in production, to https://: mailed links lead there")
    if any(name == "*" or name.endswith("/0") for name in settings.trusted_proxies):
        faults.append("MYAPP_TRUSTED_PROXIES must name the proxies in production: else any client says who it is")
    for origin in settings.allowed_origins:
        if origin == "*" or urlsplit(origin).scheme == "http":
            faults.append(f"MYAPP_ALLOWED_ORIGINS: {origin!r} is unsafe in production; name https:// origins")
    return faults
