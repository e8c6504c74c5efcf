"""What goes in and what comes out of the security operations: no answer can hold a password or its hash."""

from typing import Literal

from pydantic import BaseModel, EmailStr, Field

from myapp.models import Role
from myapp.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD


class Token(BaseModel):
    access_token: str
    token_type: str
    expires_in: int
    scope: str
    refresh_token: str


class CodeForm(BaseModel):
    grant_type: Literal["authorization_code"]
    code: str
    client_id: str
    redirect_uri: str
    code_verifier: str


class IdentityToken(BaseModel):
    access_token: str
    token_type: str
    expires_in: int
    scope: str
    id_token: str | None = None


class OAuthError(BaseModel):
    error: str


class UserInfo(BaseModel):
    sub: str
    email: str


class Account(BaseModel):
    id: int
    email: str
    is_active: bool
    role: Role


class AccountPost(BaseModel):
    id: int
    title: str
    published: bool


class Message(BaseModel):
    message: str


class Address(BaseModel):
    email: EmailStr


class NewAccount(BaseModel):
    token: str
    password: str = Field(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD)


class PasswordReset(BaseModel):
    token: str
    new_password: str = Field(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD)


class PasswordChange(BaseModel):
    current_password: str = Field(max_length=128)
    new_password: str = Field(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD)


class Farewell(BaseModel):
    password: str = Field(max_length=128)
