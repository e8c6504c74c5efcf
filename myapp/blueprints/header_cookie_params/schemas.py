"""The headers and cookies that are read together."""

from dataclasses import dataclass

from myapp.kit import Field, ModelConfig


@dataclass
class PostHeaders:
    host: str
    save_data: bool
    if_modified_since: str | None = None
    traceparent: str | None = None
    x_tag: list[str] = Field(default_factory=list)


@dataclass
class KnownHeaders:
    """The headers that every client sends, and one of ours; any other is refused."""

    model_config = ModelConfig(extra="forbid")

    host: str
    accept: str | None = None
    accept_encoding: str | None = None
    connection: str | None = None
    user_agent: str | None = None
    x_post: int = 1


@dataclass
class ReaderCookies:
    session_id: str
    last_post: int | None = None
    theme: str = "light"


@dataclass
class KnownCookies:
    """The cookies of this site; any other is refused."""

    model_config = ModelConfig(extra="forbid")

    session_id: str
    theme: str = "light"
