"""What goes in and what comes out, so that no answer can hold a password.

Users are dataclasses; posts are the Schemas that marshmallow-sqlalchemy makes of the table's columns.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow.validate import Length, Regexp
from marshmallow_sqlalchemy import SQLAlchemyAutoSchema, auto_field

from myapp.kit import EmailStr, Field
from myapp.models import STORABLE_TEXT, TITLE_LENGTH, Post, Role
from myapp.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD


@dataclass
class UserBase:
    email: EmailStr


@dataclass
class UserCreate(UserBase):
    password: str = Field(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD)


@dataclass
class UserReplace(UserCreate):
    is_active: bool = True


@dataclass
class UserUpdate:
    email: EmailStr | None = None
    password: str | None = Field(default=None, min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD)
    is_active: bool | None = None


@dataclass
class UserPublic(UserBase):
    id: int
    is_active: bool
    role: Role
    created_at: datetime


class PostUpdateSchema(SQLAlchemyAutoSchema[Any]):
    class Meta:
        model = Post
        fields = ("title", "body", "published")

    title = auto_field(validate=[Length(max=TITLE_LENGTH), Regexp(STORABLE_TEXT)])
    body = auto_field(validate=Regexp(STORABLE_TEXT))


class PostCreateSchema(PostUpdateSchema):
    body = auto_field(validate=Regexp(STORABLE_TEXT), load_default=None)
    published = auto_field(load_default=False)


class PostPublicSchema(SQLAlchemyAutoSchema[Any]):
    class Meta:
        model = Post
        include_fk = True
        exclude = ("version",)


@dataclass
class PostAuthor:
    id: int
    role: Role


@dataclass
class PostWithAuthor:
    id: int
    title: str
    body: str | None
    author: PostAuthor
