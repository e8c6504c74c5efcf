"""What goes in and what comes out of the security operations: no answer can hold a password or its hash."""

from dataclasses import dataclass

from myapp.kit import EmailStr, Field
from myapp.models import Role
from myapp.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD


@dataclass
class Token:
    access_token: str
    token_type: str
    expires_in: int
    scope: str
    refresh_token: str


@dataclass
class Account:
    id: int
    email: str
    is_active: bool
    role: Role


@dataclass
class AccountPost:
    id: int
    title: str
    published: bool


@dataclass
class Message:
    message: str


@dataclass
class Address:
    email: EmailStr


@dataclass
class NewAccount:
    token: str
    password: str = Field(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD)


@dataclass
class PasswordReset:
    token: str
    new_password: str = Field(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD)


@dataclass
class PasswordChange:
    current_password: str = Field(max_length=128)
    new_password: str = Field(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD)


@dataclass
class Farewell:
    password: str = Field(max_length=128)
