"""Updates: PUT replaces, PATCH keeps what was not sent; answers that leave out what was never set."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, HTTPException
from fastapi.encoders import jsonable_encoder
from pydantic import MISSING, BaseModel, Field

router = APIRouter(prefix="/body-updates", tags=["body-updates"])


class Profile(BaseModel):
    name: str | None = None
    bio: str | None = None
    stars: float = 10.5
    joined_at: datetime | None = None
    interests: list[str] = Field(default_factory=list)


class ProfileChanges(BaseModel):
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


@router.get("/profiles/", response_model_exclude_defaults=True)
async def read_profiles() -> list[Profile]:
    """Leave out what equals its default."""
    return [Profile(**profile) for profile in PROFILES.values()]


@router.get("/profiles/{name}", response_model=Profile, response_model_exclude_unset=True)
async def read_profile(name: str) -> Any:
    """Leave out what the stored profile does not say."""
    return get_profile(name)


@router.put("/profiles/{name}", response_model=Profile)
async def replace_profile(name: str, profile: Profile) -> Any:
    """Replace a profile: what is not sent falls back to its default."""
    get_profile(name)
    return jsonable_encoder(profile)


@router.patch("/profiles/{name}", responses={400: {"description": "Nothing was sent"}})
async def update_profile(name: str, profile: Profile) -> Profile:
    """Update a profile: what is not sent stays as it is."""
    stored = Profile(**get_profile(name))
    if not profile.model_fields_set:
        raise HTTPException(status_code=400, detail="Nothing to update")
    changes = profile.model_dump(exclude_unset=True)
    return stored.model_copy(update=changes)


@router.patch("/profiles/{name}/changes")
async def change_profile(name: str, changes: ProfileChanges) -> Profile:
    """Update a profile by a model that has no defaults: what is missing stays, and null is a value where it may be."""
    stored = Profile(**get_profile(name))
    return stored.model_copy(update=changes.model_dump())
