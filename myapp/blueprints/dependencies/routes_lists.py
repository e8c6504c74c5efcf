"""Dependencies for their effect alone: lists on an operation and on a blueprint."""

from dataclasses import dataclass
from typing import Annotated, Any

from flask import Blueprint

from myapp.kit import Depends, Field, Header, HTTPException, operation, router_options

bp = Blueprint("lists", __name__)


@dataclass
class Secret:
    title: str = Field(max_length=300)


def verify_token(x_token: Annotated[str, Header()]) -> None:
    if x_token != "fake-super-secret-token":
        raise HTTPException(status_code=400, detail="X-Token header invalid")


def verify_key(x_key: Annotated[str, Header()]) -> str:
    if x_key != "fake-super-secret-key":
        raise HTTPException(status_code=400, detail="X-Key header invalid")
    return x_key


@bp.post("/protected/")
@operation(dependencies=[Depends(verify_token), Depends(verify_key)])
def create_protected(post: Secret) -> Secret:
    """Refuse a wrong token or key before the body is judged."""
    return post


staff_bp = Blueprint("staff", __name__, url_prefix="/staff")
router_options(staff_bp, dependencies=[Depends(verify_token)])


@staff_bp.get("/posts/")
@operation()
def read_staff_posts() -> list[dict[str, Any]]:
    """Answer only those who pass the router's dependency."""
    return [{"id": 1, "title": "For the staff"}]


@staff_bp.delete("/posts/<post_id>")
@operation(status_code=204, dependencies=[Depends(verify_key)])
def delete_staff_post(post_id: int) -> None:
    """Add a dependency of its own to the router's."""


bp.register_blueprint(staff_bp)
