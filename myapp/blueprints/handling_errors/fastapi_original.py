"""Errors: with text, with any JSON, with headers, and the one nobody foresaw."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Query
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from myapp.blueprints.handling_errors import fastapi_original_own

router = APIRouter(prefix="/handling-errors", tags=["handling-errors"])

AUTHORS = {"ada": "Ada Lovelace", "grace": "Grace Hopper"}


@router.get("/authors/{name}", responses={404: {"description": "No such author"}})
async def find_author(name: str) -> dict[str, str]:
    """Find an author."""
    if name not in AUTHORS:
        raise HTTPException(status_code=404, detail="Author not found", headers={"X-Error": "unknown author"})
    return {"name": AUTHORS[name]}


@router.put("/authors/{name}", responses={409: {"description": "The name is taken"}})
async def claim_name(name: str) -> dict[str, str]:
    """Claim a name, unless it is taken."""
    if name in AUTHORS:
        raise HTTPException(status_code=409, detail={"taken": name, "free": [f"{name}2", f"{name}3"]})
    return {"name": name}


@router.delete("/authors/{name}", responses={403: {"description": "Never allowed"}})
async def remove_author(name: str) -> None:
    """Refuse, in the words of the status code."""
    raise HTTPException(status_code=403)


@router.get("/pages/{page}")
async def check_page(page: Annotated[int, Path(ge=1)], size: Annotated[int, Query(le=100)] = 10) -> dict[str, int]:
    """Check a page's number and size; all that is wrong with them is listed in one 422."""
    return {"page": page, "size": size}


@router.get("/unforeseen", include_in_schema=False)
async def fail() -> None:
    """Fail in a way that nobody foresaw."""
    raise RuntimeError("this text must not reach a client")


class Bearer403(HTTPBearer):
    """Whoever has no token is refused with 403, as FastAPI's older versions did."""

    def make_not_authenticated_error(self) -> HTTPException:
        """What is raised without a token."""
        return HTTPException(status_code=403, detail="Not authenticated")


@router.get("/desk")
async def enter_desk(token: Annotated[HTTPAuthorizationCredentials, Depends(Bearer403())]) -> dict[str, str]:
    """Enter with any token; without one the status is 403 instead of 401."""
    return {"scheme": token.scheme}


router.mount("/handling-errors/own", fastapi_original_own.app)
