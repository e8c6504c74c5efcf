"""What goes in and what comes out of the security operations: no answer can hold a password or its hash."""

from dataclasses import dataclass
from typing import Literal

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
class CodeForm:
    grant_type: Literal["authorization_code"]
    code: str
    client_id: str
    redirect_uri: str
    code_verifier: str


@dataclass
class IdentityToken:
    access_token: str
    token_type: str
    expires_in: int
    scope: str
    id_token: str | None = None


@dataclass
class OAuthError:
    error: str


@dataclass
class UserInfo:
    sub: str
    email: str


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
