"""The application with a few views that only a test wants: `gunicorn tests.live.served:app`."""

import os
import time

from flask import request
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from myapp import create_app
from myapp.extensions import db
from myapp.models import Base, User

app = create_app()

with app.app_context():
    Base.metadata.create_all(db.engine)
    # A connection that is open when the master forks, with --preload.
    with db.engine.connect() as connection:
        connection.execute(select(1))


@app.get("/sleep/<float:seconds>")
def sleep(seconds: float) -> str:
    """Wait in Python."""
    time.sleep(seconds)
    return "slept"


@app.get("/database-sleep/<float:seconds>")
def database_sleep(seconds: float) -> str:
    """Wait in PostgreSQL."""
    with Session(db.engine) as session:
        session.execute(select(func.pg_sleep(seconds)))
    return "slept"


@app.get("/whose-connection")
def whose_connection() -> dict[str, int | None]:
    """Tell which process answers, and which PostgreSQL process serves it."""
    with Session(db.engine) as session:
        return {"worker": os.getpid(), "backend": session.scalar(text("SELECT pg_backend_pid()"))}


@app.get("/who")
def who() -> dict[str, str | None]:
    """Tell by which scheme and from which address the request seems to come."""
    return {"scheme": request.scheme, "visitor": request.remote_addr}


@app.post("/users/<int:number>")
def add_user(number: int) -> str:
    """Read, then write."""
    with Session(db.engine) as session:
        session.scalar(select(func.count(User.id)))
        session.add(User(email=f"user{number}@example.com", password_hash="unusable"))
        session.commit()
    return "added"
