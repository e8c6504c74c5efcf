"""A database session as a FastAPI dependency: SQLAlchemy 2, one session a request, one model for each direction."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Security
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from myapp.accounts import logins
from myapp.blueprints.sql_databases import fastapi_original_etags, fastapi_original_lists
from myapp.blueprints.sql_databases.fastapi_original_models import (
    PostCreate,
    PostPublic,
    PostUpdate,
    PostWithAuthor,
    UserCreate,
    UserPublic,
    UserReplace,
    UserUpdate,
)
from myapp.models import Post, User
from myapp.passwords import hash_password
from myapp.twin_dependencies import Limit, RowId, SessionDep, Skip, get_current_active_user

router = APIRouter(prefix="/sql-databases", tags=["sql-databases"])


# Users are who signs in: to see them and to change them is for who administers them.
ADMINISTRATORS = [Security(get_current_active_user, scopes=["users"])]


def get_user(user_id: RowId, session: SessionDep) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise HTTPException(status_code=404, detail="User not found")
    return user


def get_post(post_id: RowId, session: SessionDep) -> Post:
    # The author in the same query: the shared `PostDep` brings none.
    post = session.get(Post, post_id, options=[joinedload(Post.author)])
    if post is None:
        raise HTTPException(status_code=404, detail="Post not found")
    return post


UserDep = Annotated[User, Depends(get_user)]
PostDep = Annotated[Post, Depends(get_post)]


def save_user(session: Session, user: User) -> User:
    session.add(user)
    try:
        session.commit()
    except IntegrityError:  # the database decides: a look-up beforehand would lose the race
        raise HTTPException(status_code=400, detail="Email already registered") from None
    return user


@router.post("/users/", response_model=UserPublic, dependencies=ADMINISTRATORS)
def create_user(user: UserCreate, session: SessionDep) -> Any:
    """Add a user."""
    return save_user(session, User(email=user.email, password_hash=hash_password(user.password)))


@router.get("/users/", response_model=list[UserPublic], dependencies=ADMINISTRATORS)
def read_users(session: SessionDep, skip: Skip = 0, limit: Limit = 100) -> Any:
    """List users, without their passwords."""
    return session.scalars(select(User).order_by(User.id).offset(skip).limit(limit)).all()


@router.get("/users/{user_id}", response_model=UserPublic, dependencies=ADMINISTRATORS)
def read_user(user: UserDep) -> Any:
    """Read one user."""
    return user


@router.put("/users/{user_id}", response_model=UserPublic, dependencies=ADMINISTRATORS)
def replace_user(user: UserDep, replacement: UserReplace, session: SessionDep) -> Any:
    """Replace a user: what is not sent falls back to its default."""
    password_hash = hash_password(replacement.password)
    logins.end_all(session, user.id)
    user.email = replacement.email
    user.password_hash = password_hash
    user.is_active = replacement.is_active
    return save_user(session, user)


@router.patch("/users/{user_id}", response_model=UserPublic, dependencies=ADMINISTRATORS)
def update_user(user: UserDep, update: UserUpdate, session: SessionDep) -> Any:
    """Update a user: what is not sent, or null, stays as it is."""
    changes = update.model_dump(exclude_unset=True, exclude_none=True)
    if "password" in changes:
        changes["password_hash"] = hash_password(changes.pop("password"))
    if "password_hash" in changes or changes.get("is_active") is False:
        logins.end_all(session, user.id)
    for name, value in changes.items():
        setattr(user, name, value)
    return save_user(session, user)


@router.delete("/users/{user_id}", status_code=204, dependencies=ADMINISTRATORS)
def delete_user(user: UserDep, session: SessionDep) -> None:
    """Delete a user and what they wrote."""
    session.delete(user)
    session.commit()


@router.get("/users/{user_id}/posts/", response_model=list[PostPublic])
def read_user_posts(user: UserDep, session: SessionDep, skip: Skip = 0, limit: Limit = 100) -> Any:
    """List the posts of one user."""
    posts = select(Post).where(Post.author_id == user.id)
    return session.scalars(posts.order_by(Post.id).offset(skip).limit(limit)).all()


@router.post("/users/{user_id}/posts/", response_model=PostPublic, status_code=201)
def create_user_post(user: UserDep, post: PostCreate, session: SessionDep) -> Any:
    """Write a post as a user."""
    created = Post(**post.model_dump(), author_id=user.id)
    session.add(created)
    session.commit()
    return created


@router.get("/posts/", response_model=list[PostPublic])
def read_posts(session: SessionDep, skip: Skip = 0, limit: Limit = 100) -> Any:
    """List posts."""
    return session.scalars(select(Post).order_by(Post.id).offset(skip).limit(limit)).all()


@router.get("/posts/{post_id}", response_model=PostWithAuthor)
def read_post(post: PostDep) -> Any:
    """Read one post with its author."""
    return post


@router.patch("/posts/{post_id}", response_model=PostPublic)
def update_post(post: PostDep, update: PostUpdate, session: SessionDep) -> Any:
    """Update a post: what is not sent stays as it is."""
    for name, value in update.model_dump(exclude_unset=True).items():
        setattr(post, name, value)
    session.commit()
    return post


@router.delete("/posts/{post_id}", status_code=204)
def delete_post(post: PostDep, session: SessionDep) -> None:
    """Delete a post."""
    session.delete(post)
    session.commit()


router.include_router(fastapi_original_lists.router)
router.include_router(fastapi_original_etags.router)
