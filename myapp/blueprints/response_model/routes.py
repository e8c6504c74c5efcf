"""What goes out: the response model filters, checks and documents what a view returns."""

from dataclasses import dataclass
from typing import Any, Literal

from flask import Blueprint, Response

from myapp.blueprints.response_model import routes_serializers
from myapp.kit import EmailStr, Field, HTTPException, computed_field, operation, router_options

bp = Blueprint("response_model", __name__, url_prefix="/response-model")
router_options(bp, tags=["response-model"])


@dataclass(kw_only=True)
class Crate:
    width: float = Field(gt=0, le=1e6)
    height: float = Field(gt=0, le=1e6)
    supplier: str = Field(default="unknown", exclude=True)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def area(self) -> float:
        """Width by height."""
        return self.width * self.height


@dataclass(kw_only=True)
class Member:
    email: EmailStr
    full_name: str | None = None


@dataclass(kw_only=True)
class SignUp(Member):
    password: str = Field(min_length=8)


@dataclass
class CatalogItem:
    name: str
    price: float
    description: str | None = None
    tax: float = 10.5
    tags: list[str] = Field(default_factory=list)


@dataclass
class Car:
    description: str
    type: str = "car"


@dataclass
class Plane:
    description: str
    size: int
    type: str = "plane"


@bp.get("/preview/")
@operation(response_model=None, responses={200: {"content": {"text/plain": {}}}})
def preview_post(plain: bool = False) -> Response | dict[str, str]:
    """Return text or JSON: no one model describes both."""
    return Response("Hello", mimetype="text/plain") if plain else {"title": "Hello"}


@bp.get("/members/broken/")
@operation(response_model=Member, include_in_schema=False)
def read_broken_member() -> Any:
    """Break the promise of the response model: the client gets a 500, never a wrong body."""
    return {"email": None}


@bp.post("/members/")
@operation(status_code=201)
def create_member(member: SignUp) -> Member:
    """Return what came in, less the password that the response model does not name."""
    return member


@bp.get("/members/")
@operation(response_model=list[Member], response_model_exclude_none=True)
def read_members() -> list[dict[str, Any]]:
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


@bp.get("/items/")
@operation(response_model=dict[str, float])
def read_prices() -> Any:
    """Return prices by name; whole numbers become what the model says."""
    return {name: item["price"] for name, item in ITEMS.items()}


@bp.get("/items/<name>")
@operation(response_model=CatalogItem)
def read_item(name: str) -> Any:
    """Return everything, with defaults for what is not stored."""
    return find(name)


@bp.get("/items/<name>/unset")
@operation(response_model=CatalogItem, response_model_exclude_unset=True)
def read_item_unset(name: str) -> Any:
    """Leave out what is not stored."""
    return find(name)


@bp.get("/items/<name>/defaults")
@operation(response_model=CatalogItem, response_model_exclude_defaults=True)
def read_item_defaults(name: str) -> Any:
    """Leave out what equals its default."""
    return find(name)


@bp.get("/items/<name>/name")
@operation(response_model=CatalogItem, response_model_include={"name", "description"})
def read_item_name(name: str) -> Any:
    """Let out two attributes only."""
    return find(name)


@bp.get("/items/<name>/public")
@operation(response_model=CatalogItem, response_model_exclude={"tax"})
def read_item_public(name: str) -> Any:
    """Let out all but one."""
    return find(name)


@bp.get("/vehicles/<vehicle>")
@operation(response_model=Plane | Car)
def read_vehicle(vehicle: Literal["car", "plane"]) -> Any:
    """Return one of two models: the first that fits."""
    return {"car": {"description": "Red"}, "plane": {"description": "White", "size": 5}}[vehicle]


@bp.post("/crates/")
@operation()
def measure_crate(crate: Crate) -> Crate:
    """Add what is worked out, and keep what is for the house only."""
    return crate


bp.register_blueprint(routes_serializers.bp)
