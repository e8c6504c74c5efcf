"""What goes in and what comes out: a Pydantic model for each direction, so that no answer can hold a password."""

from datetime import datetime

from pydantic import BaseModel, EmailStr, Field

from myapp.models import STORABLE_TEXT, Role
from myapp.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD


class UserBase(BaseModel):
    email: EmailStr


class UserCreate(UserBase):
    password: str = Field(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD)


class UserReplace(UserCreate):
    is_active: bool = True


class UserUpdate(BaseModel):
    email: EmailStr | None = None
    password: str | None = Field(default=None, min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD)
    is_active: bool | None = None


class UserPublic(UserBase):
    id: int
    is_active: bool
    role: Role
    created_at: datetime


class PostCreate(BaseModel):
    title: str = Field(max_length=300, pattern=STORABLE_TEXT)
    body: str | None = Field(default=None, pattern=STORABLE_TEXT)
    published: bool = False


class PostUpdate(BaseModel):
    # What was not sent is not read, so the defaults only say "optional": null is no title.
    title: str = Field(default_factory=str, max_length=300, pattern=STORABLE_TEXT)
    body: str | None = Field(default=None, pattern=STORABLE_TEXT)
    published: bool = Field(default_factory=bool)


class PostPublic(BaseModel):
    id: int
    title: str = Field(max_length=300)
    body: str | None
    published: bool
    created_at: datetime
    author_id: int


class PostAuthor(BaseModel):
    id: int
    role: Role


class PostWithAuthor(BaseModel):
    id: int
    title: str
    body: str | None
    author: PostAuthor
