"""What goes out: the response model filters, checks and documents what a view returns."""

from typing import Any, Literal

from fastapi import APIRouter, HTTPException
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, EmailStr, Field, computed_field

from myapp.blueprints.response_model import fastapi_original_serializers

router = APIRouter(prefix="/response-model", tags=["response-model"])


class Crate(BaseModel):
    width: float = Field(gt=0, le=1e6)
    height: float = Field(gt=0, le=1e6)
    supplier: str = Field(default="unknown", exclude=True)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def area(self) -> float:
        """Width by height."""
        return self.width * self.height


class Member(BaseModel):
    email: EmailStr
    full_name: str | None = None


class SignUp(Member):
    password: str = Field(min_length=8)


class CatalogItem(BaseModel):
    name: str
    price: float
    description: str | None = None
    tax: float = 10.5
    tags: list[str] = Field(default_factory=list)


class Car(BaseModel):
    description: str
    type: str = "car"


class Plane(BaseModel):
    description: str
    size: int
    type: str = "plane"


@router.get("/preview/", response_model=None, responses={200: {"content": {"text/plain": {}}}})
async def preview_post(plain: bool = False) -> PlainTextResponse | dict[str, str]:
    """Return text or JSON: no one model describes both."""
    return PlainTextResponse("Hello") if plain else {"title": "Hello"}


@router.get("/members/broken/", response_model=Member, include_in_schema=False)
async def read_broken_member() -> Any:
    """Break the promise of the response model: the client gets a 500, never a wrong body."""
    return {"email": None}


@router.post("/members/", status_code=201)
async def create_member(member: SignUp) -> Member:
    """Return what came in, less the password that the response model does not name."""
    return member


@router.get("/members/", response_model=list[Member], response_model_exclude_none=True)
async def read_members() -> list[dict[str, Any]]:
    """Leave out what is null, and what the model does not name."""
    return [
        {"email": "ada@example.com", "full_name": "Ada", "password": "analytical"},
        {"email": "grace@example.com", "full_name": None, "password": "compilers"},
    ]


ITEMS: dict[str, dict[str, Any]] = {
    "pen": {"name": "Pen", "price": 2},
    "lamp": {"name": "Lamp", "description": "It shines", "price": 62, "tax": 20.2, "tags": ["light"]},
    "chair": {"name": "Chair", "description": None, "price": 50.2, "tax": 10.5, "tags": []},
}


def find(name: str) -> dict[str, Any]:
    if name not in ITEMS:
        raise HTTPException(status_code=404, detail="No such item")
    return ITEMS[name]


@router.get("/items/", response_model=dict[str, float])
async def read_prices() -> Any:
    """Return prices by name; whole numbers become what the model says."""
    return {name: item["price"] for name, item in ITEMS.items()}


@router.get("/items/{name}", response_model=CatalogItem)
async def read_item(name: str) -> Any:
    """Return everything, with defaults for what is not stored."""
    return find(name)


@router.get("/items/{name}/unset", response_model=CatalogItem, response_model_exclude_unset=True)
async def read_item_unset(name: str) -> Any:
    """Leave out what is not stored."""
    return find(name)


@router.get("/items/{name}/defaults", response_model=CatalogItem, response_model_exclude_defaults=True)
async def read_item_defaults(name: str) -> Any:
    """Leave out what equals its default."""
    return find(name)


@router.get("/items/{name}/name", response_model=CatalogItem, response_model_include={"name", "description"})
async def read_item_name(name: str) -> Any:
    """Let out two attributes only."""
    return find(name)


@router.get("/items/{name}/public", response_model=CatalogItem, response_model_exclude={"tax"})
async def read_item_public(name: str) -> Any:
    """Let out all but one."""
    return find(name)


@router.get("/vehicles/{vehicle}", response_model=Plane | Car)
async def read_vehicle(vehicle: Literal["car", "plane"]) -> Any:
    """Return one of two models: the first that fits."""
    return {"car": {"description": "Red"}, "plane": {"description": "White", "size": 5}}[vehicle]


@router.post("/crates/")
async def measure_crate(crate: Crate) -> Crate:
    """Add what is worked out, and keep what is for the house only."""
    return crate


router.include_router(fastapi_original_serializers.router)
