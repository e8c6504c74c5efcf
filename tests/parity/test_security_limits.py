"""Limits with a Redis that hangs, is gone, and is back: both sides go on counting and wait for it once."""

import shutil
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from types import SimpleNamespace

import pytest
import redis
from limits.storage import storage_from_string

from myapp import counters, create_app
from tests.live.processes import free_port, start_redis
from tests.parity import apps
from tests.parity.sides import Side
from tests.parity.transports import ASGI, WSGI

pytestmark = pytest.mark.skipif(not shutil.which("redis-server"), reason="needs a redis-server to stop")


class Server:
    """A Redis of the test's own."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process = start_redis(self.port, folder)

    def hang(self):
        """Take connections from now on, and answer none."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        """Answer again."""
        self.process.send_signal(signal.SIGCONT)

    def end(self):
        """Refuse connections from now on."""
        self.process.kill()
        self.process.wait()

    def start(self):
        """Take connections again, with nothing in it."""
        self.process = start_redis(self.port, self.folder)

    def counted(self):
        """How many attempts it holds."""
        with redis.Redis.from_url(self.url) as client:
            return sum(client.llen(key) for key in client.scan_iter("*limits*"))


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A Redis, and half of the usual patience with it."""
    monkeypatch.setattr(counters, "TIMEOUT", 1)
    server = Server(tmp_path)
    yield server
    server.end()


@pytest.fixture
def clock_of_pauses(monkeypatch):
    """What the counters take for the seconds since the computer was started, to be moved on."""
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(counters, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


@pytest.fixture(params=["fastapi", "flask"])
def limited(request, server, new_database, tmp_path):
    """A side whose counters are in that Redis."""
    database = new_database(f"limited_{request.param}")
    settings = replace(apps.settings(database, tmp_path), redis_url=server.url)
    with ExitStack() as stack:
        if request.param == "flask":
            app = create_app(settings)
            stack.callback(apps.dispose, app)
            yield Side("flask", WSGI(app), app=app)
        else:
            from myapp.twin import create_twin

            transport = ASGI(create_twin(database.url, demonstration=False, settings=settings))
            stack.callback(transport.close)
            yield Side("fastapi", transport)


def guess(side):
    """A wrong password: the sixth within a minute is refused. It asks the counters seven times."""
    form = {"username": "ada@example.com", "password": "wrong"}
    return side.post("/security/token", data=form).status_code


def ask_for_mail(side):
    """A request that is limited by client, to ten a minute, and its mail by address: two limits that know no login."""
    return side.post("/security/account/forgot-password", json={"email": "nobody@example.com"}).status_code


def attempts(side, times):
    """So many of both: the statuses of the first and of the second."""
    statuses = (Counter(), Counter())
    for _ in range(times):
        for send, seen in zip((ask_for_mail, guess), statuses, strict=True):
            seen[send(side)] += 1
    return statuses


@pytest.fixture
def vain(caplog):
    """How often Redis has been asked in vain since the last call: for one that hangs, how many waited for it."""
    caplog.set_level("ERROR", logger="myapp.counters")

    def asked():
        said = [record for record in caplog.records if "Redis does not answer" in record.message]
        caplog.clear()
        return len(said)

    return asked


@pytest.mark.parametrize(("stop", "again"), [("hang", "go_on"), ("end", "start")], ids=["hangs", "gone"])
def test_redis_away(limited, server, clock_of_pauses, vain, stop, again):
    """One request waits for a Redis that is away, and one more each time the pause is over.

    Limits hold meanwhile, for this process alone. With Redis back, and the pause over, counting goes on there.
    """
    assert attempts(limited, 2) == ({202: 2}, {401: 2})
    assert vain() == 0
    before = server.counted()
    assert before > 0

    getattr(server, stop)()
    assert attempts(limited, 11) == ({202: 10, 429: 1}, {401: 5, 429: 6})
    assert vain() == 1
    clock_of_pauses.now += counters.PAUSE - 1
    assert attempts(limited, 2) == ({429: 2}, {429: 2})
    assert vain() == 0
    clock_of_pauses.now += 1
    assert attempts(limited, 2) == ({429: 2}, {429: 2})
    assert vain() == 1

    getattr(server, again)()
    before = server.counted()
    clock_of_pauses.now += counters.PAUSE - 1
    assert attempts(limited, 1) == ({429: 1}, {429: 1})
    assert server.counted() == before
    clock_of_pauses.now += 1
    assert attempts(limited, 2) == ({202: 2}, {401: 2})
    assert server.counted() > before
    assert vain() == 0


def test_one_of_many_asks_again(server, clock_of_pauses, vain):
    """When the pause is over, one of those that come at once waits for Redis; the others count on without it."""
    storage = storage_from_string(f"memory+{server.url}", socket_timeout=1)
    server.hang()
    assert storage.acquire_entry("key", 20, 60)
    assert vain() == 1
    clock_of_pauses.now += counters.PAUSE
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: storage.acquire_entry("key", 20, 60), range(24)))
    assert (sum(taken), vain()) == (19, 1)


def test_every_method_of_the_storage(server):
    """What any strategy of `limits` may ask of it is answered with Redis, without it, and alike."""
    name = f"memory+{server.url}"
    storage = storage_from_string(name)

    def answers():
        yield storage.check()
        yield from (storage.incr("fixed", 60), storage.incr("fixed", 60, 2), storage.get("fixed"))
        yield 0 < storage.get_expiry("fixed") - time.time() <= 60
        yield from (storage.acquire_entry("moving", 2, 60), storage.acquire_entry("moving", 2, 60, 2))
        yield storage.get_moving_window("moving", 2, 60)[1]
        yield from (storage.clear("fixed"), storage.get("fixed"))
        yield from (storage.reset(), storage.get_moving_window("moving", 2, 60)[1])

    with_redis = list(answers())
    server.end()
    assert with_redis == list(answers()) == [True, 1, 3, 3, True, True, False, 1, None, 0, None, 0]
