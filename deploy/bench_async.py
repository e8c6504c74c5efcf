"""FastAPI's side for `deploy/bench --async-sessions`: the operations that ask the database do it on the event loop.

uvicorn --app-dir deploy bench_async:app

Pairs https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html: FastAPI's tutorial has `def` operations, which run
in threads; these are `async def` with an AsyncSession on asyncpg. Everything else is the twin's.
"""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from sqlalchemy import make_url, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import joinedload

from myapp.blueprints.callbacks_webhooks import outbox
from myapp.blueprints.sql_databases.fastapi_original_models import PostCreate, PostPublic, PostWithAuthor
from myapp.database import engine_options
from myapp.models import Post, User
from myapp.twin import create_twin, database_url
from myapp.twin_dependencies import Limit, RowId, Skip


def make_async_engine(url: str) -> AsyncEngine:
    """An engine for the twin's PostgreSQL, with the application's options."""
    options = engine_options(url, pool_size=5)
    timeout = options.pop("connect_args")["connect_timeout"]
    return create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"), connect_args={"timeout": timeout}, **options
    )


ENGINE = make_async_engine(database_url())


async def get_session() -> AsyncIterator[AsyncSession]:
    async with AsyncSession(ENGINE, expire_on_commit=False) as session:
        yield session


AsyncSessionDep = Annotated[AsyncSession, Depends(get_session)]
router = APIRouter(prefix="/sql-databases")


@router.get("/posts/", response_model=list[PostPublic])
async def read_posts(session: AsyncSessionDep, skip: Skip = 0, limit: Limit = 100) -> Any:
    return (await session.scalars(select(Post).order_by(Post.id).offset(skip).limit(limit))).all()


@router.get("/posts/{post_id}", response_model=PostWithAuthor)
async def read_post(post_id: RowId, session: AsyncSessionDep) -> Any:
    post = await session.get(Post, post_id, options=[joinedload(Post.author)])
    if post is None:
        raise HTTPException(status_code=404, detail="Post not found")
    return post


@router.post("/users/{user_id}/posts/", response_model=PostPublic, status_code=201)
async def create_user_post(user_id: RowId, post: PostCreate, session: AsyncSessionDep) -> Any:
    if await session.get(User, user_id) is None:
        raise HTTPException(status_code=404, detail="User not found")
    created = Post(**post.model_dump(), author_id=user_id)
    session.add(created)
    await session.commit()
    return created


app = create_twin()
# A new post is told to who has subscribed, in every session of either side.
outbox.watch(ENGINE.sync_engine, app.state.celery)
app.include_router(router)
# The first route that fits a request answers it.
app.router.routes.insert(0, app.router.routes.pop())
