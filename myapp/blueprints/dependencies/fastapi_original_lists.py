"""Dependencies for their effect alone: lists on an operation and on a router."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException
from pydantic import BaseModel, Field

router = APIRouter()


class Secret(BaseModel):
    title: str = Field(max_length=300)


def verify_token(x_token: Annotated[str, Header()]) -> None:
    if x_token != "fake-super-secret-token":
        raise HTTPException(status_code=400, detail="X-Token header invalid")


def verify_key(x_key: Annotated[str, Header()]) -> str:
    if x_key != "fake-super-secret-key":
        raise HTTPException(status_code=400, detail="X-Key header invalid")
    return x_key


@router.post("/protected/", dependencies=[Depends(verify_token), Depends(verify_key)])
def create_protected(post: Secret) -> Secret:
    """Refuse a wrong token or key before the body is judged."""
    return post


staff_router = APIRouter(prefix="/staff", dependencies=[Depends(verify_token)])


@staff_router.get("/posts/")
def read_staff_posts() -> list[dict[str, Any]]:
    """Answer only those who pass the router's dependency."""
    return [{"id": 1, "title": "For the staff"}]


@staff_router.delete("/posts/{post_id}", status_code=204, dependencies=[Depends(verify_key)])
def delete_staff_post(post_id: int) -> None:
    """Add a dependency of its own to the router's."""


router.include_router(staff_router)
