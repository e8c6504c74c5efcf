"""A body that FastAPI does not read: the view takes it as it was sent, and the document is told what it holds."""

import yaml
from fastapi import APIRouter, HTTPException, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field, ValidationError

from myapp.blueprints.openapi_metadata.yaml_text import read_yaml


def name_of(route: APIRoute) -> str:
    """Name an operation as its function is named, which must then be the only one of that name."""
    return route.name


router = APIRouter(generate_unique_id_function=name_of)


class Recipe(BaseModel):
    title: str = Field(max_length=100)
    servings: int = Field(default=4, ge=1)
    ingredients: list[str] = []


@router.post(
    "/recipes/",
    openapi_extra={
        "requestBody": {"content": {"application/yaml": {"schema": Recipe.model_json_schema()}}, "required": True}
    },
)
async def add_recipe(request: Request) -> Recipe:
    """Take a recipe in YAML, whatever the Content-Type says."""
    try:
        return Recipe.model_validate(read_yaml(await request.body()))
    except yaml.YAMLError as error:
        raise HTTPException(status_code=422, detail="Invalid YAML") from error
    except ValidationError as error:
        raise HTTPException(status_code=422, detail=error.errors(include_url=False)) from error
