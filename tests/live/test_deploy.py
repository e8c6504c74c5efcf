"""deploy/'s files for real deployments: they name what exists, and their commands start.

No container is built here: the words of the compose file and the Dockerfile are compared with the application; systemd
checks the units where it is installed, and gunicorn takes a socket from `systemd-socket-activate`.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from myapp.settings import Settings
from tests.live.processes import ROOT, alive, environment, free_port, kill

pytestmark = pytest.mark.live

DEPLOY = ROOT / "deploy"
SECRETS = {"MYAPP_SECRET_KEY": "0123456789abcdef" * 4, "POSTGRES_PASSWORD": "secret"}


def compose() -> dict[str, Any]:
    """The services of the compose file, with its variables at their defaults."""

    def value(match: re.Match[str]) -> str:
        name, default = match[1], match[2]
        if default.startswith("?"):
            return SECRETS[name]
        return default.removeprefix("-")

    text = (DEPLOY / "compose.yaml").read_text()
    services: dict[str, Any] = yaml.safe_load(re.sub(r"\$\{(\w+):([?-][^}]*)\}", value, text))["services"]
    return services


def commands() -> dict[str, list[str]]:
    """The command lines of the units and of the compose file, without the folder of the programs."""
    found = {
        name: list(service["command"])
        for name, service in compose().items()
        if "build" in service and "command" in service
    }
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    found["web"] = json.loads(dockerfile[dockerfile.rindex("\nCMD ") + 5 :])
    for unit in (DEPLOY / "systemd").glob("*.service"):
        (line,) = re.findall(r"^ExecStart=/srv/myapp/\.venv/bin/(.+)$", unit.read_text(), re.MULTILINE)
        found[unit.name] = line.split()
    return found


@pytest.mark.parametrize("service", ["web", "worker", "webhooks", "beat", "migrate"])
def test_the_compose_file_gives_settings_that_production_takes(service: str) -> None:
    """Every variable is one of the application's, and its defaults with the two secrets make a safe production."""
    # An empty default is nothing to YAML here, and an empty text to Compose, which fills in after it has read the file.
    variables = {name: str(value or "") for name, value in compose()[service]["environment"].items()}
    known = {f"MYAPP_{name.upper()}" for name in Settings.__dataclass_fields__} | {"WEB_CONCURRENCY"}
    assert set(variables) <= known
    settings = Settings.load(variables, None)
    assert settings.production
    assert settings.database_url == "postgresql+psycopg://myapp:secret@postgres/myapp"
    assert settings.broker_url
    assert settings.result_backend
    assert settings.redis_url


def test_nginx_and_the_application_have_one_bound() -> None:
    """A body that one of them lets through is not too large for the other."""
    services = compose()
    bounds = {str(services[name]["environment"]["MYAPP_MAX_REQUEST_SIZE"]) for name in ("nginx", "web")}
    bounds.add(re.search(r"MYAPP_MAX_REQUEST_SIZE=(\d+)", (DEPLOY / "Dockerfile").read_text())[1])
    units = (DEPLOY / "systemd" / "myapp-.service.d" / "common.conf").read_text()
    bounds.add(re.search(r"MYAPP_MAX_REQUEST_SIZE=(\d+)", units)[1])
    bounds = {re.sub(r"\D", "", bound) for bound in bounds}
    assert len(bounds) == 1
    given = set(re.findall(r"\$\{(\w+)\}", (DEPLOY / "nginx.conf").read_text()))
    assert given <= set(services["nginx"]["environment"])


def test_nothing_of_ours_starts_before_the_migration() -> None:
    """It has ended well, and the servers answer, before the first process of ours."""
    services = compose()
    for name in ("web", "worker", "webhooks", "beat"):
        conditions = {on: rule["condition"] for on, rule in services[name]["depends_on"].items()}
        assert conditions["migrate"] == "service_completed_successfully"
        assert conditions["postgres"] == conditions["redis"] == "service_healthy"
    for name in ("worker", "webhooks", "beat", "web"):
        assert "Requires=" in (text := (DEPLOY / "systemd" / f"myapp-{name}.service").read_text())
        assert re.search(r"^After=.*myapp-migrate\.service", text, re.MULTILINE)


def test_every_queue_has_a_worker() -> None:
    """Containers and units each have one for reports and mail, and one for webhooks."""
    taken = {name: line[line.index("-Q") + 1] for name, line in commands().items() if "-Q" in line}
    assert taken == {
        **{"worker": "tasks", "webhooks": "webhooks"},
        **{"myapp-worker.service": "tasks", "myapp-webhooks.service": "webhooks"},
    }
    assert "worker" not in {word for name in commands().keys() - taken.keys() for word in commands()[name]}


def test_the_image_copies_what_exists_and_the_context_has_it() -> None:
    """Every COPY of the Dockerfile names files of the project that .dockerignore lets through."""
    lines = re.findall(r"^COPY (?!--from)(.+)$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    copied = {name for line in lines for name in line.split()[:-1]}
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied == allowed
    assert all((ROOT / name).exists() for name in copied)


@pytest.mark.parametrize("command", commands().values(), ids=commands())
def test_commands_are_understood(command: list[str], tmp_path: Path) -> None:
    """Each program takes its options and finds the application; asked for help or a check, it ends at once."""
    last = ["--check-config"] if command[0] == "gunicorn" else ["--help"]
    env, mark = environment(MYAPP_DATA_DIR=str(tmp_path))
    program = shutil.which(command[0], path=str(Path(sys.executable).parent))
    assert program is not None
    done = subprocess.run([program, *command[1:], *last], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert alive(mark) == {}


def test_the_health_check_tells_alive_from_dead() -> None:
    """The Dockerfile's command has status 0 for any answer below 500, and another when nobody answers."""
    line = next(line for line in (DEPLOY / "Dockerfile").read_text().splitlines() if line.startswith("    CMD ["))
    _, option, code = json.loads(line.removeprefix("    CMD "))
    port = free_port()
    check = [sys.executable, option, code.replace("8000", str(port))]
    assert subprocess.run(check, capture_output=True, timeout=30).returncode != 0
    for status, expected in (("200 OK", 0), ("400 Bad Request", 0), ("500 Internal Server Error", 1)):
        with socket.create_server(("127.0.0.1", port)) as server:
            process = subprocess.Popen(check, stderr=subprocess.DEVNULL)
            connection, _ = server.accept()
            with connection:
                assert connection.recv(1000).startswith(b"GET /health HTTP/1.1\r\n")
                connection.sendall(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            assert process.wait(30) == expected


def test_celery_logs_as_json(tmp_path: Path) -> None:
    """What a worker logs is one object a line; only what Celery prints past its log (its goodbye) is none."""
    env, mark = environment(MYAPP_DATA_DIR=str(tmp_path), MYAPP_LOG_FORMAT="json")
    log = tmp_path / "worker.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *commands()["worker"]], cwd=ROOT, env=env, stdout=output, stderr=output
        )
    try:
        deadline = time.monotonic() + 30
        while " ready." not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        process.terminate()
        assert process.wait(30) == 0
    finally:
        kill(mark)
        process.wait()
    text = log.read_text()
    ready = [json.loads(line) for line in text.splitlines() if line.startswith("{")][-1]
    assert (ready["logger"], ready["level"]) == ("celery.apps.worker", "INFO")
    assert not re.search(r"INFO|WARNING|ERROR", re.sub(r"^\{.*\}$", "", text, flags=re.MULTILINE))


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    """`systemd-analyze verify` has nothing to say about them, the common part included."""
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("there is no systemd-analyze: apt-get install systemd")
    units = tmp_path / "units"
    shutil.copytree(DEPLOY / "systemd", units)
    for file in units.rglob("*.*"):
        if file.is_file():
            file.write_text(file.read_text().replace("/srv/myapp/.venv/bin/", f"{Path(sys.executable).parent}/"))
    names = sorted(str(file) for file in units.glob("*.[st]*") if file.is_file())
    done = subprocess.run(
        [analyze, "verify", *names],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{units}:"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_gunicorn_takes_a_socket_from_systemd(tmp_path: Path) -> None:
    """A request that comes before the server is up waits and is answered: that is how a restart turns nobody away."""
    activate = shutil.which("systemd-socket-activate")
    if activate is None:
        pytest.skip("there is no systemd-socket-activate: apt-get install systemd")
    port = free_port()
    env, mark = environment(MYAPP_DATA_DIR=str(tmp_path))
    passed = [
        f"--setenv={name}={value}" for name, value in env.items() if name.startswith("MYAPP_") or name == "TEST_MARK"
    ]
    gunicorn = [sys.executable, "-m", "gunicorn", *commands()["myapp-web.service"][1:]]
    log = tmp_path / "gunicorn.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [activate, f"--listen=127.0.0.1:{port}", *passed, *gunicorn],
            cwd=ROOT,
            env=env,
            stdout=output,
            stderr=output,
        )
    try:
        # Until systemd-socket-activate itself listens.
        transport = httpx.HTTPTransport(retries=5)
        with httpx.Client(transport=transport, timeout=30) as client:
            assert client.get(f"http://127.0.0.1:{port}/health").status_code == 200
        process.terminate()
        assert process.wait(30) == 0
        assert "Listening at: http://127.0.0.1" in log.read_text()
    finally:
        kill(mark)
        process.wait()
