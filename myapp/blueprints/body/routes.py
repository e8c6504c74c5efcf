"""A Schema or a dataclass in the signature is the JSON body."""

from typing import Annotated, Any

from flask import Blueprint

from myapp.blueprints.body import routes_config, routes_feed, routes_models
from myapp.blueprints.body.schemas import Article, Author, Comment, Image, Manuscript, NewPost, ReviewSchema, Series
from myapp.kit import Body, Path, operation, router_options

bp = Blueprint("body", __name__, url_prefix="/body")
router_options(bp, tags=["body"])


@bp.post("/posts/")
@operation()
def create_post(post: NewPost) -> NewPost:
    """Take a post from the JSON body."""
    return post


@bp.put("/posts/<post_id>")
@operation()
def replace_post(post_id: Annotated[int, Path(ge=1)], post: NewPost, notify: bool = False) -> dict[str, Any]:
    """Take one value from the path, one from the query and a model from the body."""
    return {"post_id": post_id, "notify": notify, "post": post}


@bp.post("/posts/signed/")
@operation(status_code=201)
def create_signed_post(post: NewPost, author: Author, priority: Annotated[int, Body(ge=1, le=5)] = 3) -> dict[str, Any]:
    """Take two models and a number, each under its own name in the body."""
    return {"post": post, "author": author, "priority": priority}


@bp.post("/posts/embedded/")
@operation()
def create_embedded_post(post: Annotated[NewPost, Body(embed=True)]) -> NewPost:
    """Take a single model under its own name in the body."""
    return post


@bp.post("/posts/optional/")
@operation()
def create_optional_post(post: NewPost | None = None) -> NewPost | None:
    """Take a post, or nothing at all."""
    return post


@bp.post("/articles/")
@operation(status_code=201)
def create_article(article: Article) -> Article:
    """Take nested models, a set and URLs."""
    return article


@bp.post("/series/")
@operation()
def create_series(series: Series) -> Series:
    """Take models within models within a list."""
    return series


@bp.post("/images/")
@operation()
def create_images(images: list[Image]) -> list[Image]:
    """Take a list as the whole body."""
    return images


@bp.post("/ratings/")
@operation()
def create_ratings(ratings: Annotated[dict[int, float], Body(max_length=1000)]) -> dict[int, float]:
    """Take an object whose keys are numbers."""
    return ratings


@bp.post("/comments/")
@operation()
def create_comment(comment: Comment) -> Comment:
    """Take and return standard dataclasses, nested."""
    return comment


@bp.post("/reviews/")
@operation(response_model=ReviewSchema)
def create_review(review: Annotated[dict[str, Any], Body(ReviewSchema)]) -> Any:
    """Take a model that the Flask side writes as a marshmallow Schema."""
    return review


@bp.post("/manuscripts/")
@operation(status_code=201)
def take_manuscript(manuscript: Manuscript) -> Manuscript:
    """Take a model that checks its attributes, and how they fit together."""
    return manuscript


@bp.post("/lenient/posts/")
@operation(strict_content_type=False)
def create_lenient_post(post: NewPost) -> NewPost:
    """Take a body that does not say that it is JSON."""
    return post


bp.register_blueprint(routes_feed.bp)
bp.register_blueprint(routes_models.bp)
bp.register_blueprint(routes_config.bp)
