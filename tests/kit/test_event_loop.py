"""Async views and dependencies: one loop a process, requests that overlap, the request's context, errors."""

import asyncio
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask, request

from myapp.kit import Api, HTTPException, operation


@pytest.fixture
def app() -> Flask:
    """An application with one async operation and one plain async view."""
    app = Flask("async")
    Api().init_app(app)

    everybody = asyncio.Barrier(20)

    @app.get("/loop")
    @operation()
    async def read_loop() -> dict[str, object]:
        await asyncio.sleep(0)
        return {"path": request.path}

    @app.get("/together")
    @operation()
    async def meet() -> dict[str, object]:
        try:
            async with asyncio.timeout(30):
                await everybody.wait()
        except TimeoutError:
            await everybody.abort()
            raise
        return {"loop": id(asyncio.get_running_loop())}

    @app.get("/plain")
    async def read_plain():
        await asyncio.sleep(0)
        return {"path": request.path}

    @app.get("/refused")
    @operation()
    async def refuse() -> None:
        await asyncio.sleep(0)
        raise HTTPException(418, "short and stout")

    return app


def test_one_loop_serves_requests_that_overlap(app):
    """Each of twenty requests waits, on one loop, until all twenty are there."""
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: app.test_client().get("/together").json, range(20)))
    assert len({answer["loop"] for answer in answers}) == 1


def test_the_request_is_seen_in_the_coroutine(app):
    """`flask.request` works in async operations and in Flask's own async views."""
    assert app.test_client().get("/loop").json["path"] == "/loop"
    assert app.test_client().get("/plain").json == {"path": "/plain"}


def test_an_exception_comes_out_of_the_coroutine(app):
    """HTTPException raised in an async view is answered like any other."""
    answer = app.test_client().get("/refused")
    assert (answer.status_code, answer.json) == (418, {"detail": "short and stout"})


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_process_starts_its_own_loop():
    """A process forked after the loop has started answers async views, too."""
    script = """
import os
from flask import Flask
from myapp.kit import Api, operation
app = Flask("forked")
Api().init_app(app)
@app.get("/")
@operation()
async def hello() -> str:
    return "hello"
assert app.test_client().get("/").json == "hello"
child = os.fork()
if not child:
    os._exit(0 if app.test_client().get("/").json == "hello" else 1)
assert os.waitpid(child, 0)[1] == 0
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_greenlets_overlap_on_one_loop():
    """Under gevent's patches fifty greenlets wait for async views, each until all fifty are there."""
    script = """
from gevent import monkey
monkey.patch_all()
import asyncio, gevent
from flask import Flask
from myapp.kit import Api, HTTPException, operation
app = Flask("greenlets")
Api().init_app(app)
everybody = asyncio.Barrier(50)
@app.get("/<number>")
@operation()
async def wait(number: int) -> int:
    try:
        async with asyncio.timeout(30):
            await everybody.wait()
    except TimeoutError:
        await everybody.abort()
        raise
    if number == 13:
        raise HTTPException(418)
    return number
jobs = [gevent.spawn(lambda n=n: app.test_client().get(f"/{n}").status_code) for n in range(50)]
gevent.joinall(jobs, raise_error=True)
assert sorted(job.value for job in jobs) == [200] * 49 + [418]
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_a_descriptor_is_closed_once():
    """Under gevent another client may have it as soon as uvloop has closed it: what comes next does not close that."""
    script = """
from gevent import monkey
monkey.patch_all()
import asyncio, os, socket
from myapp.kit.event_loop import EventLoop, native_socket

near, far = socket.socketpair()
other = []

class Watched(type(native_socket(os.dup(near.fileno())))):
    def close(self):
        other.append(os.open(os.devnull, os.O_RDONLY))
        super().close()

async def talk(descriptor):
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_accepted_socket(asyncio.Protocol, Watched(fileno=descriptor))
    transport.abort()
    await asyncio.sleep(0.01)

descriptor = os.dup(near.fileno())
EventLoop().run(talk(descriptor))
assert other == [descriptor]
os.fstat(descriptor)
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
