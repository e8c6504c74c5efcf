"""A body that the kit does not read: the view takes it as it was sent, and the document is told what it holds."""

from dataclasses import dataclass

import yaml
from flask import Blueprint, request

from myapp.blueprints.openapi_metadata.yaml_text import read_yaml
from myapp.kit import Field, HTTPException, TypeAdapter, ValidationError, operation, router_options
from myapp.kit.operation import PathOperation


def name_of(route: PathOperation) -> str:
    """Name an operation as its function is named, which must then be the only one of that name."""
    return route.name


bp = Blueprint("yaml", __name__)
router_options(bp, generate_unique_id_function=name_of)


@dataclass
class Recipe:
    title: str = Field(max_length=100)
    servings: int = Field(default=4, ge=1)
    ingredients: list[str] = Field(default=[])


RECIPE = TypeAdapter(Recipe)


@bp.post("/recipes/")
@operation(
    openapi_extra={"requestBody": {"content": {"application/yaml": {"schema": RECIPE.json_schema()}}, "required": True}}
)
def add_recipe() -> Recipe:
    """Take a recipe in YAML, whatever the Content-Type says."""
    try:
        return RECIPE.validate_python(read_yaml(request.get_data()))
    except yaml.YAMLError as error:
        raise HTTPException(422, "Invalid YAML") from error
    except ValidationError as error:
        raise HTTPException(422, error.errors()) from error
