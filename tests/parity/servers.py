"""The two applications as deployed: gunicorn with the project's configuration, uvicorn with uvloop and httptools.

The database files stay in the test's hands: SQLite's locks let it put the rows back under a running server.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.live.processes import ROOT, environment, free_port, gunicorn, kill, wait_until_answers
from tests.parity.database import Database
from tests.parity.sides import Side

# A connection for each request: a server drops one that was idle for its keep-alive time, now and then just as the next
# request goes out.
LIMITS = httpx.Limits(max_keepalive_connections=0)


@contextmanager
def live_flask(database: Database, folder: Path) -> Iterator[Side]:
    """The Flask side behind gunicorn. In development, since testing lets faults through to the server."""
    variables = {"MYAPP_ENV": "development", "MYAPP_DATABASE_URL": database.url}
    with gunicorn(folder, app="wsgi:app", **variables) as server, httpx.HTTPTransport(limits=LIMITS) as transport:
        yield Side("flask", transport, origin=server.url)


@contextmanager
def live_fastapi(database: Database, folder: Path) -> Iterator[Side]:
    """The twin behind uvicorn."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    env, mark = environment(MYAPP_DATA_DIR=str(folder), MYAPP_TWIN_DATABASE_URL=database.url)
    command = [sys.executable, "-m", "uvicorn", "myapp.twin:app", "--port", str(port), "--loop", "uvloop"]
    log = folder / "uvicorn.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, "--http", "httptools"], cwd=ROOT, env=env, stdout=output, stderr=output, text=True
        )
    try:
        wait_until_answers(f"{url}/health", process)
        with httpx.HTTPTransport(limits=LIMITS) as transport:
            yield Side("fastapi", transport, origin=url)
    except BaseException:
        print(log.read_text())
        raise
    finally:
        kill(mark)
        process.wait()
