"""What the views return: dataclasses, and one marshmallow Schema to show that both do."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum

from marshmallow import Schema, fields


class Mood(Enum):
    calm = "calm"
    merry = "merry"


@dataclass
class Point:
    x: int
    y: int


@dataclass
class Writer:
    name: str
    email: str
    credit: Decimal = Decimal("1.10")
    joined: datetime = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@dataclass
class WriterRecord(Writer):
    hashed_password: str = "$argon2id$secret"


class WriterCard(Schema):
    name = fields.String(required=True)
    posts = fields.Integer(load_default=0, dump_default=0)
