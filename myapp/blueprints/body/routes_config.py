"""Models that say more of themselves: what holds for all attributes, defaults that follow from others, private ones."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any, ClassVar, Self

from flask import Blueprint

from myapp.blueprints.body.routes_models import to_camel
from myapp.kit import (
    AliasGenerator,
    EmailStr,
    Field,
    ModelConfig,
    PrivateAttr,
    computed_field,
    model_validator,
    operation,
)

bp = Blueprint("config", __name__, url_prefix="/config")


def to_kebab(name: str) -> str:
    return name.replace("_", "-")


@dataclass
class Essay:
    model_config: ClassVar = ModelConfig(extra="forbid", str_strip_whitespace=True)

    title: str = Field(min_length=1, max_length=100)
    slug: str = Field(default_factory=lambda data: "-".join(data["title"].lower().split()), max_length=100)
    _remarks: list[str] = PrivateAttr(default_factory=list)

    @model_validator(mode="after")
    def read_over(self) -> Self:
        if self.title.isupper():
            self._remarks.append("The title is all capitals")
        return self

    def remarks(self) -> list[str]:
        return self._remarks


class Frequency(Enum):
    daily = "daily"
    weekly = "weekly"


@dataclass
class Digest:
    model_config: ClassVar = ModelConfig(
        alias_generator=AliasGenerator(validation_alias=to_camel, serialization_alias=to_kebab),
        ser_json_timedelta="float",
        use_enum_values=True,
        validate_default=True,
    )

    sent_to: EmailStr
    sent_after: timedelta = timedelta(minutes=5)
    frequency: Frequency = Frequency.weekly

    @computed_field  # type: ignore[prop-decorator]
    @property
    def subject_line(self) -> str:
        return f"Your {self.frequency} digest"


@bp.post("/essays/")
@operation()
def create_essay(essay: Essay) -> dict[str, Any]:
    """Take a title without the white space around it, make a slug of it, and nothing else."""
    return {"essay": essay, "remarks": essay.remarks()}


@bp.post("/digests/")
@operation()
def create_digest(digest: Digest) -> Digest:
    """Take names in camel case, and write them in another way, a duration in seconds, a choice as its value."""
    return digest
