"""`flask run --debug`, the match of `fastapi dev`: what it serves, says and notices.

https://fastapi.tiangolo.com/fastapi-cli/
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click
import httpx
import pytest
from dotenv import dotenv_values
from flask import Flask
from flask.cli import run_command

from myapp.settings import ApiDocs, Settings
from tests.live.processes import ROOT, environment, free_port, kill, poll, wait_until_answers

pytestmark = pytest.mark.live

SOURCE = """
from flask import Flask
from glue import Api, operation

app = Flask(__name__)
Api().init_app(app)


@app.get("/")
@operation()
def read() -> str:
    return "before"
"""


def wait_for(url: str, status: int, text: str) -> None:
    """Return when a GET gives this; while the server starts anew nobody answers."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            answer = poll(url, timeout=10)
        except httpx.TransportError:
            pass
        else:
            if answer.status_code == status and text in answer.text:
                return
        time.sleep(0.1)
    raise AssertionError(f"no answer with {status} and {text!r}")


def test_development_server(tmp_path: Path) -> None:
    """It finds `wsgi.py`, shows what is wrong with a broken file, and serves the mended one, each without a restart."""
    shutil.copy(ROOT / ".flaskenv", tmp_path)
    # A copy by itself, so that Werkzeug has less to load at every start.
    shutil.copytree(ROOT / "myapp" / "kit", tmp_path / "glue", ignore=shutil.ignore_patterns("__pycache__"))
    file = tmp_path / "wsgi.py"
    file.write_text(SOURCE)
    port = free_port()
    env, mark = environment(FLASK_RUN_PORT=str(port))
    log = tmp_path / "log"
    with log.open("w") as output:
        command = [sys.executable, "-m", "flask", "run", "--debug"]
        process = subprocess.Popen(command, cwd=tmp_path, env=env, stdout=output, stderr=output, text=True)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_answers(url, process)
        assert httpx.get(url).json() == "before"
        assert httpx.get(f"{url}/docs").status_code == 200
        file.write_text(SOURCE + "def broken(:\n")
        wait_for(url, 500, "SyntaxError")
        file.write_text(SOURCE.replace("before", "mended"))
        wait_for(url, 200, '"mended"')
    finally:
        kill(mark)
        process.wait()
        print(log.read_text())


def test_the_documentation_is_named(
    make_app: Callable[[Settings], Flask],
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`flask run` prints the documentation's address as `fastapi dev` does, other commands and reloads don't."""
    encrypted = ["--port", "8443", "--host", "localhost", "--cert", __file__, "--key", __file__]
    for arguments, address in ([], "http://127.0.0.1:5000"), (encrypted, "https://localhost:8443"):
        with run_command.make_context("run", arguments):
            make_app(settings)
        assert capsys.readouterr().out == f" * Documentation at {address}/docs\n"
    with run_command.make_context("run", []):
        make_app(replace(settings, api_docs=ApiDocs.OFF))
        monkeypatch.setenv("WERKZEUG_RUN_MAIN", "true")
        make_app(settings)
    with click.Context(click.Command("routes"), info_name="routes"):
        make_app(settings)
    assert capsys.readouterr().out == ""


def test_the_port_is_fastapis() -> None:
    """`flask run` serves where `fastapi dev` and `deploy/up` do, which is where links in mail lead."""
    assert dotenv_values(ROOT / ".flaskenv")["FLASK_RUN_PORT"] == "8000"
    assert Settings.load({}, None).site_url.endswith(":8000")
