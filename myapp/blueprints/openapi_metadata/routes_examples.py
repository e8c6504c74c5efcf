"""Examples, and what else may be answered: what `/docs` offers to try."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from flask import Blueprint, make_response

from myapp.kit import Body, Cookie, Field, Form, Header, ModelConfig, Path, Query, operation

bp = Blueprint("examples", __name__)


@dataclass
class Parcel:
    model_config: ClassVar[ModelConfig] = ModelConfig(
        json_schema_extra={"examples": [{"name": "Books", "weight": 1.5}]}
    )

    name: str = Field(examples=["Books"])
    weight: float = Field(default=1, gt=0, description="In kilograms", examples=[0.5, 1.5])


@dataclass
class Label:
    text: str = Field(max_length=100)
    copies: int = Field(default=1, ge=1, le=10)


@dataclass
class Message:
    message: str


PRICES = {
    "normal": {"summary": "A usual price", "description": "With **two** places.", "value": 35.4},
    "converted": {"summary": "Text is converted", "value": "35.4"},
    "refused": {"summary": "Anything else is refused", "value": "thirty five point four"},
}
PARCELS = {
    "normal": {"summary": "A parcel", "value": {"name": "Books", "weight": 1.5}},
    "light": {"summary": "The weight may be left out", "value": {"name": "Letter"}},
}
LABELS = {
    "one": {"summary": "One label", "value": {"text": "Fragile"}},
    "more": {"summary": "Several labels", "value": {"text": "This side up", "copies": 4}},
}
#: What a client may do next, and with what of the request or the answer.
LINKS = {
    "weigh": {
        "operationId": "weigh_parcel_openapi_metadata_examples_parcels__parcel_id__put",
        "parameters": {"parcel_id": "$request.path.parcel_id"},
    }
}
ANSWERS: dict[int | str, dict[str, Any]] = {
    404: {"model": Message, "description": "There is no such parcel"},
    302: {"description": "The parcel was moved", "headers": {"Location": {"schema": {"type": "string"}}}},
    503: {"model": Message},
}


@bp.get("/examples/parcels/<parcel_id>")
@operation(responses={200: {"content": {"image/png": {}}, "links": LINKS}, **ANSWERS}, response_model=Parcel)
def read_parcel(
    parcel_id: Annotated[int, Path(openapi_examples={"first": {"value": 1}, "missing": {"value": 404}})],
    currency: Annotated[str, Query(examples=["EUR", "USD"])] = "EUR",
    price: Annotated[float | None, Query(openapi_examples=PRICES)] = None,
    x_client: Annotated[str | None, Header(openapi_examples={"web": {"value": "web"}})] = None,
    units: Annotated[str | None, Cookie(openapi_examples={"metric": {"value": "metric"}})] = None,
) -> Any:
    """Read a parcel; the document knows what else may be answered, and what to try."""
    if parcel_id == 404:
        return make_response({"message": "No such parcel"}, 404)
    return {"name": f"Parcel {parcel_id}", "weight": price or 1}


@bp.post("/examples/parcels/")
@operation(responses=ANSWERS)
def add_parcel(parcel: Annotated[Parcel, Body(openapi_examples=PARCELS)]) -> Parcel:
    """Take a parcel, with named examples to choose from in `/docs`."""
    return parcel


@bp.put("/examples/parcels/<parcel_id>")
@operation()
def weigh_parcel(parcel_id: int, weight: Annotated[float, Body(embed=True, examples=[1.5], gt=0)]) -> Parcel:
    """Take one figure, with an example in its schema."""
    return Parcel(name=f"Parcel {parcel_id}", weight=weight)


@bp.post("/examples/labels/")
@operation()
def print_label(label: Annotated[Label, Form(openapi_examples=LABELS)]) -> Label:
    """Take a form, with named examples to choose from."""
    return label
