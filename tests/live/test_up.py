"""deploy/up: starts everything, leaves nothing behind, and says in one line what is in the way.

It runs in a copy of the project whose `.venv` is this test's own Python, so nothing is installed here; that a real
installation works is shown by every run of `deploy/test` in a fresh clone.
"""

import importlib.util
import json
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import ModuleType

import httpx
import pytest

from tests.live.processes import ROOT, alive, environment, free_port, kill, wait_until_answers
from tests.live.workers import finished_report

pytestmark = pytest.mark.live


def load_environment(folder: Path) -> ModuleType:
    """The scripts' common module, as it is in this copy of the project."""
    spec = importlib.util.spec_from_file_location("up_environment", folder / "deploy" / "environment.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with an environment that counts as installed."""
    folder = tmp_path_factory.mktemp("up") / "project"
    folder.mkdir()
    for name in ("pyproject.toml", "wsgi.py"):
        shutil.copy(ROOT / name, folder)
    for name in ("deploy", "migrations", "myapp"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    module = load_environment(folder)
    stamp = {"hash": module.fingerprint(), "extras": ["test", "twin"]}
    (folder / ".venv" / "installed.json").write_text(json.dumps(stamp))
    return folder


def run(copy: Path, *options: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run deploy/up to an end that it comes to by itself; nothing of it may be left."""
    env, mark = environment(**environ)
    result = subprocess.run(
        [sys.executable, "deploy/up", *options], cwd=copy, env=env, capture_output=True, text=True, timeout=60
    )
    assert alive(mark) == {}
    return result


@contextmanager
def up(copy: Path, *options: str, end: signal.Signals = signal.SIGINT, **environ: str) -> Iterator[tuple[str, str]]:
    """Run deploy/up; give its address and what it printed; end it by a signal, after which nothing may be left."""
    port = free_port()
    env, mark = environment(**environ)
    log = copy / f"{mark}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "deploy/up", "--port", str(port), *options],
            cwd=copy,
            env=env,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        wait_until_answers(f"http://127.0.0.1:{port}/health", process)
        deadline = time.monotonic() + 120
        while "Ctrl-C" not in log.read_text():
            assert process.poll() is None, f"ended with status {process.returncode}"
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}", log.read_text()
        process.send_signal(end)
        assert process.wait(40) == 0
        assert alive(mark) == {}
    except BaseException:
        print(log.read_text())
        raise
    finally:
        kill(mark)
        process.wait()


def rows(data: Path) -> tuple[int, int]:
    """How many users and posts the database holds."""
    with closing(sqlite3.connect(data / "myapp.sqlite3")) as connection:
        (users,) = connection.execute("SELECT count(*) FROM users").fetchone()
        (posts,) = connection.execute("SELECT count(*) FROM posts").fetchone()
    return users, posts


def test_the_second_start_duplicates_nothing(copy: Path, tmp_path: Path) -> None:
    """Ctrl-C leaves the data; the next start finds it, adds nothing, and installs nothing."""
    data = tmp_path / "data"
    with up(copy, "--data", str(data)) as (url, printed):
        assert re.search(r"demo login +admin@example.com, password demonstration", printed)
        assert httpx.get(f"{url}/health/ready").status_code == 200
    first = rows(data)
    with up(copy, "--data", str(data), end=signal.SIGTERM) as (url, printed):
        assert "Making .venv" not in printed
    assert rows(data) == first == (8, 19)


def test_the_printed_addresses_answer(copy: Path, tmp_path: Path, redis_url: str) -> None:
    """Every address under the application's own port can be opened, with two workers as with one."""
    with up(copy, "--data", str(tmp_path), "--workers", "2", MYAPP_REDIS_URL=redis_url) as (url, printed):
        addresses = re.findall(rf"{url}/\S*", printed)
        for address in (f"{url}/docs", f"{url}/redoc", f"{url}/openapi.json"):
            assert address in addresses
        for address in addresses:
            assert httpx.get(address, follow_redirects=True).status_code == 200


def test_the_twin_comes_and_goes_along(copy: Path, tmp_path: Path) -> None:
    """--twin serves FastAPI beside Flask; one Ctrl-C ends both."""
    port = free_port()
    with up(copy, "--data", str(tmp_path), "--twin", "--twin-port", str(port)) as (url, printed):
        assert f"http://127.0.0.1:{port}/docs" in printed
        twin = f"http://127.0.0.1:{port}"
        assert httpx.get(f"{twin}/first-steps/").json() == httpx.get(f"{url}/first-steps/").json()


def test_a_report_finishes(copy: Path, tmp_path: Path) -> None:
    """The worker and beat run beside gunicorn, on the embedded broker; the twin has a worker of its own."""
    port = free_port()
    with up(copy, "--data", str(tmp_path), "--twin", "--twin-port", str(port)) as (url, _):
        assert finished_report(url)["id"] == 1
        assert finished_report(f"http://127.0.0.1:{port}")["id"] == 1
        assert httpx.get(f"{url}/health/ready").json()["checks"]["broker"] == "ok"
        assert list((tmp_path / "celery").glob("schedule*"))


def test_a_worker_that_cannot_start(copy: Path, tmp_path: Path) -> None:
    """It is named in one line, and everything else ends with it."""
    folder = tmp_path / "project"
    shutil.copytree(copy, folder, ignore=shutil.ignore_patterns("*.log"))
    (folder / "myapp" / "celery_app.py").write_text("raise SystemExit(7)\n")
    result = run(folder, "--port", str(free_port()), "--data", str(tmp_path / "data"))
    assert result.returncode == 1
    assert len(re.findall(r"(the Celery worker|Celery beat) ended with status 7; see above\n", result.stderr)) == 1


def one_line(result: subprocess.CompletedProcess[str]) -> str:
    """The only thing that a refusal prints; it ends with status 1."""
    assert result.returncode == 1
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    return line


@pytest.mark.parametrize("option", ["--port", "--twin-port"])
def test_a_port_in_use(copy: Path, tmp_path: Path, option: str) -> None:
    """Either port is looked at before anything is started or written."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        other = {"--port": "--twin-port", "--twin-port": "--port"}[option]
        data = tmp_path / "data"
        result = run(copy, "--twin", option, port, other, str(free_port()), "--data", str(data))
    assert f"port {port} is in use" in one_line(result)
    assert not data.exists()


def test_an_unwritable_directory(copy: Path, tmp_path: Path) -> None:
    """Here a file is in the way, which stops root too."""
    (tmp_path / "file").touch()
    result = run(copy, "--port", str(free_port()), "--data", str(tmp_path / "file" / "data"))
    assert "can't be written: Not a directory" in one_line(result)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--port", "70000"], "70000 is no port"),
        (["--port", "8000", "--twin", "--twin-port", "8000"], "must differ"),
        (["--workers", "0"], "--workers must be at least 1"),
    ],
)
def test_options_that_cannot_be(copy: Path, tmp_path: Path, options: list[str], message: str) -> None:
    """A wrong value is named."""
    assert message in one_line(run(copy, *options, "--data", str(tmp_path)))


def test_several_workers_need_redis(copy: Path, tmp_path: Path) -> None:
    """Without it nothing is started, and one line says what to set; it may stand in `.env` too."""
    options = ("--port", str(free_port()), "--data", str(tmp_path))
    message = "several workers need MYAPP_REDIS_URL"
    assert message in one_line(run(copy, *options, "--workers", "2"))
    assert message in one_line(run(copy, *options, WEB_CONCURRENCY="2"))
    env_file = copy / ".env"
    try:
        env_file.write_text("#MYAPP_REDIS_URL=redis://localhost\nMYAPP_REDIS_URL=\nWEB_CONCURRENCY=2\n")
        assert message in one_line(run(copy, *options))
        env_file.write_text("MYAPP_REDIS_URL='redis://localhost'\nMYAPP_LOG_LEVEL=LOUD\n")
        assert "MYAPP_LOG_LEVEL must be one of" in run(copy, *options, "--workers", "2").stderr
    finally:
        env_file.unlink()


def test_settings_that_cannot_be_used(copy: Path, tmp_path: Path) -> None:
    """What stops the application stops deploy/up, with the reason above its own line."""
    result = run(copy, "--port", str(free_port()), "--data", str(tmp_path), MYAPP_LOG_LEVEL="LOUD")
    assert result.returncode == 1
    assert "MYAPP_LOG_LEVEL must be one of" in result.stderr
    assert result.stderr.splitlines()[-1].endswith("flask db upgrade failed; see above")


def test_an_old_python_is_told_so(
    copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line that names the version it needs."""
    module = load_environment(copy)
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    monkeypatch.setattr(module.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit) as ended:
        module.require_python()
    assert ended.value.code == 1
    assert "Python 3.11 or later is needed" in capsys.readouterr().err


def test_a_changed_pin_means_another_installation(copy: Path, tmp_path: Path) -> None:
    """The stamp fits this pyproject, these constraints, this Python and no others."""
    folder = tmp_path / "changed"
    shutil.copytree(copy / "deploy", folder / "deploy")
    shutil.copytree(copy / ".venv", folder / ".venv")
    shutil.copy(copy / "pyproject.toml", folder)
    module = load_environment(folder)
    assert module.satisfied({"hash": module.fingerprint(), "extras": ["twin"]})
    assert not module.satisfied({"hash": module.fingerprint(), "extras": ["other"]})
    (folder / "deploy" / "constraints.txt").write_text("flask==0.1\n")
    assert not module.satisfied({"hash": module.fingerprint(), "extras": []})
