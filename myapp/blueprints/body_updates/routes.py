"""Updates: PUT replaces, PATCH keeps what was not sent; answers that leave out what was never set."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint

from myapp.kit import MISSING, Field, HTTPException, dump, fields_set, jsonable_encoder, operation, router_options

bp = Blueprint("body_updates", __name__, url_prefix="/body-updates")
router_options(bp, tags=["body-updates"])


@dataclass
class Profile:
    name: str | None = None
    bio: str | None = None
    stars: float = 10.5
    joined_at: datetime | None = None
    interests: list[str] = Field(default_factory=list)


@dataclass
class ProfileChanges:
    name: str | MISSING = MISSING
    bio: str | MISSING | None = MISSING
    stars: float | MISSING = Field(default=MISSING, ge=0)


PROFILES: dict[str, dict[str, Any]] = {
    "ada": {"name": "Ada", "bio": "Wrote the first program", "stars": 50.2},
    "grace": {
        "name": "Grace",
        "bio": None,
        "joined_at": datetime(1943, 12, 1, 9, tzinfo=UTC),
        "interests": ["compilers"],
    },
}


def get_profile(name: str) -> dict[str, Any]:
    if name not in PROFILES:
        raise HTTPException(status_code=404, detail="Profile not found")
    return PROFILES[name]


@bp.get("/profiles/")
@operation(response_model_exclude_defaults=True)
def read_profiles() -> list[Profile]:
    """Leave out what equals its default."""
    return [Profile(**profile) for profile in PROFILES.values()]


@bp.get("/profiles/<name>")
@operation(response_model=Profile, response_model_exclude_unset=True)
def read_profile(name: str) -> Any:
    """Leave out what the stored profile does not say."""
    return get_profile(name)


@bp.put("/profiles/<name>")
@operation(response_model=Profile)
def replace_profile(name: str, profile: Profile) -> Any:
    """Replace a profile: what is not sent falls back to its default."""
    get_profile(name)
    return jsonable_encoder(profile)


@bp.patch("/profiles/<name>")
@operation(responses={400: {"description": "Nothing was sent"}})
def update_profile(name: str, profile: Profile) -> Profile:
    """Update a profile: what is not sent stays as it is."""
    stored = Profile(**get_profile(name))
    if not fields_set(profile):
        raise HTTPException(status_code=400, detail="Nothing to update")
    changes = dump(profile, exclude_unset=True)
    return replace(stored, **changes)


@bp.patch("/profiles/<name>/changes")
@operation()
def change_profile(name: str, changes: ProfileChanges) -> Profile:
    """Update a profile by a model that has no defaults: what is missing stays, and null is a value where it may be."""
    stored = Profile(**get_profile(name))
    return replace(stored, **dump(changes))
