"""Every verb, the request itself, and links to other operations."""

from typing import Any

from fastapi import APIRouter, Request, Response, status

from myapp.blueprints.first_steps import (
    fastapi_original_results,
    fastapi_original_routers,
)

router = APIRouter(prefix="/first-steps", tags=["first-steps"])

VERBS = ("OPTIONS", "HEAD", "GET", "PUT", "PATCH", "DELETE", "TRACE")


@router.get("/")
async def read_root() -> dict[str, str]:
    """Greet the world."""
    return {"Hello": "World"}


@router.post("/posts/", status_code=status.HTTP_201_CREATED)
async def add_post() -> dict[str, int | bool]:
    """Add a post."""
    return {"post_id": 1, "added": True}


@router.get("/posts/{post_id}")
async def get_post(post_id: int) -> dict[str, int | str]:
    """Get a post."""
    return {"post_id": post_id, "title": "First steps"}


@router.options("/posts/{post_id}")
async def list_verbs(post_id: int, response: Response) -> tuple[str, ...]:
    """List what can be done with a post."""
    response.headers["Allow"] = ", ".join(VERBS)
    return VERBS


@router.head("/posts/{post_id}")
async def measure_post(post_id: int, response: Response) -> None:
    """Tell the number of words in a post."""
    response.headers["X-Words"] = "2"


@router.put("/posts/{post_id}")
async def replace_post(post_id: int) -> dict[str, int | bool]:
    """Replace a post."""
    return {"post_id": post_id, "replaced": True}


@router.patch("/posts/{post_id}")
async def change_post(post_id: int) -> dict[str, int | bool]:
    """Change a post."""
    return {"post_id": post_id, "changed": True}


@router.delete("/posts/{post_id}", status_code=status.HTTP_204_NO_CONTENT)
async def remove_post(post_id: int) -> None:
    """Remove a post."""


@router.trace("/posts/{post_id}")
async def trace_post(post_id: int) -> dict[str, int | bool]:
    """Show the way of a request."""
    return {"post_id": post_id, "traced": True}


@router.api_route("/ping", methods=["GET", "POST"], include_in_schema=False)
async def ping(request: Request) -> dict[str, str]:
    """Answer both verbs alike."""
    return {"method": request.method}


@router.post("/raw")
async def measure_body(request: Request) -> dict[str, Any]:
    """Measure a body that nothing validates, and tell where it came from."""
    client = request.client.host if request.client else None
    return {"client": client, "path": request.url.path, "length": len(await request.body())}


@router.get("/links/{post_id}")
async def link_posts(post_id: int, request: Request) -> dict[str, str]:
    """Link to the next post."""
    return {"site": str(request.base_url), "next": str(request.url_for("link_posts", post_id=post_id + 1))}


router.include_router(fastapi_original_results.router)
router.include_router(fastapi_original_routers.router)
