"""myapp.demo and myapp.passwords: demonstration data, loaded once."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from myapp import demo
from myapp.extensions import db
from myapp.models import Post, Role, User
from myapp.passwords import hash_password, verify_password
from myapp.settings import Environment, Settings


def counts() -> tuple[int | None, int | None]:
    """How many users and posts there are."""
    return db.session.scalar(select(func.count(User.id))), db.session.scalar(select(func.count(Post.id)))


def test_a_second_run_duplicates_nothing(app: Flask) -> None:
    """The command fills an empty database and leaves a filled one alone."""
    runner = app.test_cli_runner()
    assert "8 users and 19 posts written" in runner.invoke(args=["demo"]).output
    assert "nothing written" in runner.invoke(args=["demo"]).output
    with app.app_context():
        assert counts() == (8, 19)


def test_what_was_deleted_stays_deleted(app: Flask) -> None:
    """Someone's changes outlive the next start."""
    with app.app_context():
        with Session(db.engine) as session:
            demo.load(session)
            session.delete(session.scalars(select(User).where(User.email == "gone@example.com")).one())
            session.commit()
            demo.load(session)
        assert counts() == (7, 18)


def test_the_admin_can_sign_in(app: Flask) -> None:
    """The published login fits, and the hash is Argon2id."""
    with app.app_context(), Session(db.engine) as session:
        demo.load(session)
        admin = session.scalars(select(User).where(User.email == demo.ADMIN)).one()
        assert admin.role is Role.ADMIN
        assert admin.password_hash.startswith("$argon2id$")
        assert verify_password(demo.PASSWORD, admin.password_hash)
        assert not verify_password("something else", admin.password_hash)


def test_two_hashes_of_a_password_differ() -> None:
    """Each has a salt of its own."""
    assert hash_password("same") != hash_password("same")


def test_production_refuses(make_app: Callable[[Settings], Flask], settings: Settings) -> None:
    """No production database gets users with a published password."""
    production = Settings(env=Environment.PRODUCTION, secret_key="s" * 32, data_dir=settings.data_dir)
    result = make_app(production).test_cli_runner().invoke(args=["demo"])
    assert result.exit_code == 1
    assert "not in production" in result.output
