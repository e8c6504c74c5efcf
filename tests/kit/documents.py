"""What the tests of the document share: both sides' documents, and the component schemas of a model on both sides."""

from typing import Annotated, Any

import flask
import marshmallow
from fastapi import FastAPI
from openapi_spec_validator import OpenAPIV31SpecValidator

import myapp.kit as kit
from tests.kit.both import Twins


def same_document(build: Any, **options: Any) -> dict[str, Any]:
    """Build both applications, assert that their documents are equal and valid, and return the document."""
    twins = Twins(build, **options)
    document: dict[str, Any] = twins.flask.get("/openapi.json").json()
    assert document == twins.fastapi.get("/openapi.json").json()
    assert not list(OpenAPIV31SpecValidator(document).iter_errors())
    return document


def theirs(build: Any) -> dict[str, Any]:
    """The component schemas that FastAPI writes for models, each of which is taken and returned."""
    app = FastAPI()
    for index, model in enumerate(build):

        def view(item: Any) -> Any: ...

        view.__annotations__ = {"item": model, "return": model}
        app.post(f"/{index}")(view)
    schemas: dict[str, Any] = app.openapi()["components"]["schemas"]
    return schemas


def ours(models: Any) -> dict[str, Any]:
    """The component schemas that the kit writes."""
    app = flask.Flask("schemas")
    api = kit.Api()
    api.init_app(app)
    for index, model in enumerate(models):

        def view(item: Any) -> Any: ...

        view.__annotations__ = {"item": model, "return": model}
        if isinstance(model, type) and issubclass(model, marshmallow.Schema):
            view.__annotations__ = {"item": Annotated[Any, kit.Body(model)], "return": model}
        app.add_url_rule(f"/{index}", f"view{index}", kit.operation()(view), methods=["POST"])
    with app.app_context():
        schemas: dict[str, Any] = api.openapi()["components"]["schemas"]
    return schemas
