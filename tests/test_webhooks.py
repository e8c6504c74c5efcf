"""Webhooks without a web server: which addresses are called, what is sent, what is written down, when it is retried."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import random
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import time_machine
from flask import Flask
from kombu.exceptions import OperationalError
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session
from standardwebhooks import Webhook, WebhookVerificationError

from myapp.blueprints.callbacks_webhooks import addresses, outbox, sending, tasks
from myapp.blueprints.callbacks_webhooks.addresses import Refused, addresses_of, is_public, target_of
from myapp.database import make_engine
from myapp.extensions import db
from myapp.models import Base, DeliveryState, Post, User, WebhookDelivery, WebhookSubscription, utcnow
from myapp.queue import BrokerUnavailable, make_celery
from myapp.settings import Environment, Settings, SettingsError
from tests.receiver import Receiver, receiver

# --- addresses


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # unspecified
        "10.0.0.1",
        "100.64.0.1",  # carrier-grade NAT
        "100.100.100.200",  # Alibaba's metadata
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",  # Azure's platform
        "169.254.169.254",  # most clouds' metadata
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",  # Oracle's metadata
        "192.0.2.1",  # documentation
        "192.88.99.1",  # 6to4 relays
        "192.168.1.1",
        "198.18.0.1",  # benchmarks
        "224.0.0.1",  # multicast
        "239.255.255.250",
        "240.0.0.1",  # reserved
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",  # IPv4-compatible
        "::ffff:10.0.0.1",  # IPv4-mapped
        "::ffff:127.0.0.1",
        "64:ff9b::a00:1",  # NAT64
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::808:808",  # NAT64 within a network
        "100::1",  # discarded
        "2001::1",  # Teredo
        "2001:db8::1",
        "2002:a00:1::1",  # 6to4
        "2002:7f00:1::",
        "2002:a9fe:a9fe::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",  # AWS's metadata
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",  # site-local, formerly
        "ff02::1",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    """Every class of address that leads into some network, also inside another one."""
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "172.32.0.1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "2606:4700::1111"]
)
def test_public_addresses(address: str) -> None:
    """The internet, also by way of a translator."""
    assert is_public(address)


def resolver(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let names have these addresses, one answer after the other; return the list of names that were asked for."""
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[addresses.Address]:
        asked.append(host)
        answer = answers[min(len(asked), len(answers)) - 1]
        return [
            (socket.AF_INET6, (text, port, 0, 0)) if ":" in text else (socket.AF_INET, (text, port)) for text in answer
        ]

    monkeypatch.setattr(addresses, "resolve", resolve)
    return asked


@pytest.mark.parametrize("addresses", [["10.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["2606:4700::1111", "::1"]])
def test_a_name_with_any_private_address_is_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    """One private address among public ones is enough."""
    resolver(monkeypatch, addresses)
    with pytest.raises(Refused, match="not public"):
        addresses_of(target_of("http://receiver.example.com/", settings))


def test_another_answer_later_changes_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is asked for once; the socket is given the address that was checked (DNS rebinding)."""
    asked = resolver(monkeypatch, ["8.8.8.8"], ["127.0.0.1"])
    went_to: list[Any] = []

    class Socket(socket.socket):
        def connect(self, address: Any) -> None:
            went_to.append(address)
            raise ConnectionRefusedError

    monkeypatch.setattr(addresses.socket, "socket", Socket)  # type: ignore[attr-defined]
    with pytest.raises(ConnectionRefusedError):
        sending.send("http://rebinding.example.com:8080/", "{}", {}, settings)
    assert (asked, went_to) == (["rebinding.example.com"], [("8.8.8.8", 8080)])


@pytest.mark.parametrize("url", ["http://[::1/", "ftp://example.com/", "http://example.com:99999/", "http:///x", "x"])
def test_what_is_no_address_at_all(settings: Settings, url: str) -> None:
    """The check does not rely on another one before it."""
    with pytest.raises((Refused, ValueError)):
        target_of(url, settings)


def test_https_only_in_production() -> None:
    """Unless the host is trusted, with its port."""
    options: dict[str, Any] = {"env": Environment.PRODUCTION, "secret_key": "x" * 32}
    settings = Settings(**options, trusted_webhook_hosts=("receiver.internal:8080",))
    assert target_of("https://example.com/", settings).secure
    assert target_of("http://receiver.internal:8080/", settings).trusted
    for url in ("http://example.com/", "http://receiver.internal/", "http://receiver.internal:8081/"):
        with pytest.raises(Refused, match="https"):
            target_of(url, settings)


@pytest.mark.parametrize("text", ["http://example.com", "*", "user@example.com", "example.com/x", "example.com:"])
def test_hosts_that_are_none(text: str) -> None:
    """Anything but a host, with or without a port, is refused when the settings are read."""
    with pytest.raises(SettingsError, match="MYAPP_TRUSTED_WEBHOOK_HOSTS"):
        Settings.load({"MYAPP_TRUSTED_WEBHOOK_HOSTS": text}, None)


def test_the_systems_resolver(settings: Settings) -> None:
    """localhost is found by the system, and is private; an impossible name is a failure like any other."""
    assert {address[0] for _, address in addresses.resolve("localhost", 80)} <= {"127.0.0.1", "::1"}
    with pytest.raises(OSError, match=r"."):
        addresses.resolve("x" * 70 + ".example.com", 80)


# --- one call


def trusting(settings: Settings, there: Receiver, name: str = "127.0.0.1") -> Settings:
    """Settings that allow a receiver on this machine."""
    return replace(settings, trusted_webhook_hosts=(f"{name}:{there.port}",))


def test_what_arrives(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text as it is, at the checked address under the URL's own name, whatever proxies the environment names."""
    asked = resolver(monkeypatch, ["127.0.0.1"])
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("all_proxy", "http://127.0.0.1:9")
    with receiver(202) as there:
        url = f"http://hooks.example.com:{there.port}/a/b?c=d"
        headers = {"webhook-id": "msg_1"}
        assert sending.send(url, '{"é": 1}', headers, trusting(settings, there, "hooks.example.com")) == 202
    (call,) = there.calls
    assert (call.path, call.body.decode()) == ("/a/b?c=d", '{"é": 1}')
    assert call.headers["host"] == f"hooks.example.com:{there.port}"
    assert call.headers["content-type"] == "application/json"
    assert call.headers["webhook-id"] == "msg_1"
    assert asked == ["hooks.example.com"]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(settings: Settings, status: int) -> None:
    """Not even to the same server: the receiver's answer is the redirect."""
    with receiver(status) as there:
        there.headers = {"Location": f"http://{there.host}/elsewhere"}
        assert sending.send(there.url, "{}", {}, trusting(settings, there)) == status
    assert [call.path for call in there.calls] == ["/hooks"]


@pytest.fixture
def certificate(tmp_path: Path, nginx: str) -> Path:
    """A key and a certificate for hooks.example.com, signed by itself (openssl is what `nginx` asks for, too)."""
    path = tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test"]
    command += ["-addext", "subjectAltName=DNS:hooks.example.com", "-keyout", str(path), "-out", f"{path}.crt"]
    subprocess.run(command, check=True, capture_output=True)
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


def test_tls_is_for_the_name(settings: Settings, monkeypatch: pytest.MonkeyPatch, certificate: Path) -> None:
    """Connected to an address, checked against the URL's name; another name or an unknown issuer is a failure.

    The Host header is the URL's, without the port that https has anyway.
    """
    resolver(monkeypatch, ["127.0.0.1"])
    with receiver(204, certificate=certificate) as there:
        trusted = ("hooks.example.com", "other.example.com")
        settings = replace(settings, trusted_webhook_hosts=tuple(f"{name}:{there.port}" for name in trusted))
        url = f"https://hooks.example.com:{there.port}/"
        with pytest.raises(ssl.SSLCertVerificationError):
            sending.send(url, "{}", {}, settings)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert sending.send(url, "{}", {}, settings) == 204
        with pytest.raises(ssl.SSLCertVerificationError) as caught:
            sending.send(f"https://other.example.com:{there.port}/", "{}", {}, settings)
        here = [(socket.AF_INET, ("127.0.0.1", there.port))]
        monkeypatch.setattr(sending, "connect", lambda found, timeout: addresses.connect(here, timeout))
        for host in ("hooks.example.com", "hooks.example.com."):
            public = replace(settings, trusted_webhook_hosts=(host,))
            assert sending.send(f"https://{host}/", "{}", {}, public) == 204
    assert "certificate" in sending.reason(caught.value)
    hosts = [call.headers["host"] for call in there.calls]
    assert hosts == [f"hooks.example.com:{there.port}", "hooks.example.com", "hooks.example.com."]


@contextmanager
def slow_server(answer: bytes, pause: float) -> Iterator[int]:
    """A server that sends a byte, waits, and goes on so until it is left."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                try:
                    for byte in answer:
                        connection.sendall(bytes([byte]))
                        time.sleep(pause)
                except OSError:
                    return

        thread = Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(10)


def test_the_whole_call_is_bounded(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A receiver that answers a byte at a time keeps nobody: no read times out, and the call ends all the same."""
    monkeypatch.setattr(sending, "TIMEOUT", 0.5)
    began = time.monotonic()
    with slow_server(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 5000, 0.05) as port:
        settings = replace(settings, trusted_webhook_hosts=(f"127.0.0.1:{port}",))
        with pytest.raises((OSError, sending.HTTPException)):
            sending.send(f"http://127.0.0.1:{port}/", "{}", {}, settings)
    assert time.monotonic() - began < 60  # of the 250 that the answer takes


def test_the_answers_body_is_not_read(settings: Settings) -> None:
    """An endless body costs nothing: the status is all that counts."""
    with slow_server(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1000, 0.002) as port:
        settings = replace(settings, trusted_webhook_hosts=(f"127.0.0.1:{port}",))
        assert sending.send(f"http://127.0.0.1:{port}/", "{}", {}, settings) == 200


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), "could not be found"),
        (TimeoutError(), "in time"),
        (ConnectionRefusedError(), "refused"),
        (sending.HTTPException(), "no HTTP"),
        (ssl.SSLError(), "TLS"),
        (OSError("/etc/secret"), "The connection failed"),
    ],
)
def test_reasons(error: Exception, words: str) -> None:
    """A subscriber reads why in words, and nothing of this machine."""
    assert words in sending.reason(error)
    assert "secret" not in sending.reason(error)


def verified(secret: str, headers: dict[str, str], body: bytes) -> Any:
    """What a receiver does, once by hand and once with the library; the body's JSON."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    return Webhook(secret).verify(body, headers)


def test_signatures() -> None:
    """Good for one secret, body, id and time; of a known value, so that nobody's library has to be believed."""
    moment = datetime(2026, 11, 25, 12, 0, 0, 999, tzinfo=UTC)
    secret = "whsec_" + base64.b64encode(b"k" * 32).decode()
    with time_machine.travel(moment, tick=False):
        headers = sending.signature(secret, "msg_1", moment, '{"é": 1}')
        assert headers["webhook-timestamp"] == "1795608000"
        assert verified(secret, headers, '{"é": 1}'.encode()) == {"é": 1}
        other = "whsec_" + base64.b64encode(b"l" * 32).decode()
        for wrong in ((other, headers, b'{"\xc3\xa9": 1}'), (secret, headers, b"{}"), (secret, {}, b"{}")):
            with pytest.raises(WebhookVerificationError):
                Webhook(wrong[0]).verify(wrong[2], wrong[1])
        for name, value in (("webhook-id", "msg_2"), ("webhook-timestamp", "1795608001")):
            with pytest.raises(WebhookVerificationError):
                Webhook(secret).verify('{"é": 1}', {**headers, name: value})


# --- the outbox


on_both = pytest.mark.parametrize(
    "hooks", ["sqlite", pytest.param("postgresql", marks=pytest.mark.services)], indirect=True
)


@pytest.fixture
def hooks(
    request: pytest.FixtureRequest, settings: Settings, make_app: Callable[[Settings], Flask]
) -> Callable[..., Flask]:
    """Makes an application with a subscriber at a receiver; on SQLite unless `on_both` says otherwise."""
    url = (
        request.getfixturevalue("postgresql_url")
        if getattr(request, "param", "") == "postgresql"
        else settings.database_url
    )

    def make(there: Receiver | None = None, **changes: Any) -> Flask:
        trusted = () if there is None else (there.host,)
        app = make_app(replace(settings, database_url=url, trusted_webhook_hosts=trusted, **changes))
        with app.app_context():
            Base.metadata.create_all(db.engine)
            with Session(db.engine) as session:
                user = User(email="ada@example.com", password_hash="unusable")
                session.add(user)
                session.flush()
                address = "https://hooks.example.com/" if there is None else there.url
                session.execute(insert(WebhookSubscription).values(url=address, events=["new-post"], owner_id=user.id))
                session.commit()
        return app

    return make


@pytest.fixture
def handed_over(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What the queue was given, instead of a queue."""
    messages: list[tuple[Any, ...]] = []

    def enqueue(celery: Any, task: Any, *args: Any, countdown: float | None = None, **options: Any) -> str:
        messages.append((task.name, *args) if countdown is None else (task.name, *args, countdown))
        return "message"

    monkeypatch.setattr(outbox, "enqueue", enqueue)
    monkeypatch.setattr(tasks, "enqueue", enqueue)
    return messages


@contextmanager
def session_of(app: Flask) -> Iterator[Session]:
    """A session in the application's context."""
    with app.app_context(), Session(db.engine) as session:
        yield session


def rows(app: Flask) -> list[WebhookDelivery]:
    """The deliveries as they are now."""
    with session_of(app) as session:
        return list(session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)))


def publish(app: Flask, title: str = "Hello") -> None:
    """Write a post and commit."""
    with session_of(app) as session:
        session.add(Post(title=title, published=True, author_id=1))
        session.commit()


def run(app: Flask, task: Any, *args: Any) -> Any:
    """Call a task as a worker does."""
    return app.extensions["celery"].tasks[task.name](*args)


@on_both
def test_nothing_is_announced_before_the_commit(hooks: Any, handed_over: list[Any]) -> None:
    """The row is in the post's transaction: others see neither or both; the queue hears of it afterwards, once."""
    app = hooks()
    with session_of(app) as session:
        session.add_all(Post(title=f"Post {number}", published=True, author_id=1) for number in range(3))
        session.flush()
        assert handed_over == []
        if session.get_bind().dialect.name == "postgresql":
            assert rows(app) == []
        session.commit()
    assert len(rows(app)) == 3
    assert handed_over == [("webhooks.relay",)]


@on_both
def test_a_rolled_back_post_announces_nothing(hooks: Any, handed_over: list[Any]) -> None:
    """Neither then nor with what the same session commits later."""
    app = hooks()
    with session_of(app) as session:
        session.add(Post(title="Never mind", published=True, author_id=1))
        session.flush()
        session.rollback()
        session.add(Post(title="A draft", author_id=1))
        session.commit()
    assert (rows(app), handed_over) == ([], [])


@on_both
def test_a_savepoint_is_no_commit(hooks: Any, handed_over: list[Any]) -> None:
    """What is released in a savepoint is announced with the transaction around it."""
    app = hooks()
    with session_of(app) as session:
        with session.begin_nested():
            session.add(Post(title="Inside", published=True, author_id=1))
        assert handed_over == []
        session.commit()
    assert handed_over == [("webhooks.relay",)]
    assert len(rows(app)) == 1


def test_what_is_news(hooks: Any, handed_over: list[Any]) -> None:
    """A draft that is published is news even if the session had not read it; saying so again is none."""
    app = hooks()
    with session_of(app) as session:
        post = Post(title="A draft", author_id=1)
        session.add(post)
        session.commit()
        for _ in range(2):
            post.published = True
            session.commit()
        post.title = "Nobody subscribed to this"
        session.commit()
    assert [row.event for row in rows(app)] == ["new-post"]


@on_both
def test_who_is_told(hooks: Any, handed_over: list[Any]) -> None:
    """Nobody whose subscription has ended, who does not want this event, or who is inactive."""
    app = hooks()
    with session_of(app) as session:
        gone = User(email="gone@example.com", password_hash="unusable", is_active=False)
        session.add(gone)
        session.flush()
        common = {"url": "https://example.com/", "events": ["new-post"], "active": True, "owner_id": 1}
        others = [{**common, "active": False}, {**common, "events": ["updated-post"]}, {**common, "owner_id": gone.id}]
        session.execute(insert(WebhookSubscription), others)
        session.commit()
    publish(app)
    assert [row.subscription_id for row in rows(app)] == [1]


def test_an_engine_that_nobody_watches(tmp_path: Path, handed_over: list[Any]) -> None:
    """Other engines in the process are left alone; one that is watched needs no Flask."""
    engine = make_engine(f"sqlite:///{tmp_path / 'plain.sqlite3'}")
    Base.metadata.create_all(engine)
    for expected in ([], [("webhooks.relay",)]):
        with Session(engine) as session:
            session.add(
                WebhookSubscription(
                    url="https://example.com/",
                    events=["new-post"],
                    owner=User(email=f"{len(expected)}@example.com", password_hash="unusable"),
                )
            )
            session.commit()
        assert handed_over == expected
        outbox.watch(engine, make_celery(Settings(env=Environment.TESTING, data_dir=tmp_path)))
    engine.dispose()


def test_a_broker_that_is_down_loses_nothing(
    hooks: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The post is there, and so is the row, which the next relay finds."""
    app = hooks()
    celery = app.extensions["celery"]
    monkeypatch.setattr(
        celery.tasks[tasks.relay.name], "apply_async", lambda *args, **options: raise_(OperationalError("refused"))
    )
    publish(app)
    assert "the broker is down" in caplog.text
    sent: list[Any] = []
    monkeypatch.setattr(tasks, "enqueue", lambda *message: sent.append(message[2:]))
    run(app, tasks.relay)
    assert sent == [(1, 0)]


def raise_(error: Exception) -> Any:
    """Raise it, where only an expression may stand."""
    raise error


# --- relay, attempts, retries


@on_both
def test_relays_take_turns(hooks: Any, handed_over: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """What one relay handed over is no other's until it was left alone for too long; a full batch asks for more."""
    app = hooks()
    publish(app)
    publish(app)
    handed_over.clear()
    run(app, tasks.relay)
    run(app, tasks.relay)
    assert handed_over == [("webhooks.deliver", 1, 0), ("webhooks.deliver", 2, 0)]
    monkeypatch.setattr(tasks, "BATCH", 1)
    with time_machine.travel(utcnow() + tasks.LEASE + timedelta(seconds=1)):
        run(app, tasks.relay)
    assert handed_over[2:] == [("webhooks.deliver", 1, 0), ("webhooks.relay",)]


@on_both
def test_relays_at_the_same_moment(hooks: Any, handed_over: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two relays that have found the same row, one hands it over."""
    app = hooks()
    publish(app)
    handed_over.clear()
    changed = tasks._changed

    def beaten(session: Session, statement: Any) -> bool:
        monkeypatch.setattr(tasks, "_changed", changed)
        run(app, tasks.relay)
        return changed(session, statement)

    monkeypatch.setattr(tasks, "_changed", beaten)
    run(app, tasks.relay)
    assert handed_over == [("webhooks.deliver", 1, 0)]


@on_both
def test_fails_twice_then_is_accepted(hooks: Any, handed_over: list[Any]) -> None:
    """The same id and text each time, a new time and signature; the waits grow; the row says how it went."""
    with receiver(500, 302, 204) as there:
        app = hooks(there, webhook_retry_seconds=5)
        publish(app, "Žluťoučký kůň")
        handed_over.clear()
        moment = utcnow()
        for attempt in range(3):
            with time_machine.travel(moment + timedelta(minutes=attempt), tick=False):
                run(app, tasks.deliver, 1, attempt)
            (row,) = rows(app)
            assert (row.attempts, row.status) == (attempt + 1, there.statuses[attempt])
            if attempt < 2:
                assert (row.state, row.finished_at) == (DeliveryState.PENDING, None)
                assert row.error == "The receiver did not accept it"
                assert row.next_attempt_at > moment + timedelta(minutes=attempt)
        assert (row.state, row.error, row.next_attempt_at) == (DeliveryState.DELIVERED, None, None)
        assert row.finished_at == moment + timedelta(minutes=2)
    with session_of(app) as session:
        secret = session.scalars(select(WebhookSubscription.secret)).one()
    assert len({call.headers["webhook-id"] for call in there.calls}) == 1
    assert len({call.headers["webhook-signature"] for call in there.calls}) == 3
    for minute, call in enumerate(there.calls):
        with time_machine.travel(moment + timedelta(minutes=minute)):
            event = verified(secret, call.headers, call.body)
        assert event["data"] == {"id": 1, "title": "Žluťoučký kůň", "author_id": 1}
    first, second = handed_over
    assert first[:3] == ("webhooks.deliver", 1, 1)
    assert 4 <= first[3] <= 6
    assert second[:3] == ("webhooks.deliver", 1, 2)
    assert 16 <= second[3] <= 24


def test_a_message_that_comes_twice(hooks: Any, handed_over: list[Any], caplog: pytest.LogCaptureFixture) -> None:
    """Brokers deliver at least once; the second time nothing is sent."""
    caplog.set_level(logging.INFO)
    with receiver(500) as there:
        app = hooks(there)
        publish(app)
        run(app, tasks.deliver, 1, 0)
        run(app, tasks.deliver, 1, 0)
        run(app, tasks.deliver, 7, 0)
    assert len(there.calls) == 1
    assert "delivery 7 needs no attempt" in caplog.text


@on_both
def test_gone_ends_the_subscription(hooks: Any, handed_over: list[Any]) -> None:
    """410: no event reaches this receiver any more, neither one that waits nor a new one."""
    with receiver(410) as there:
        app = hooks(there)
        publish(app)
        publish(app)
        run(app, tasks.deliver, 1, 0)
        publish(app)
    first, second = rows(app)
    assert (first.state, first.status, first.error) == (
        DeliveryState.FAILED,
        410,
        "The receiver has ended the subscription",
    )
    assert (second.state, second.status, second.error) == (DeliveryState.FAILED, None, tasks.SWITCHED_OFF)
    with session_of(app) as session:
        assert not session.scalars(select(WebhookSubscription)).one().active
    assert len(there.calls) == 1


@on_both
def test_failures_switch_a_subscription_off(
    hooks: Any, handed_over: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What counts are deliveries, not attempts, in a row; the last takes along what waits, and nobody calls again.

    Whoever switches it on forgives them, and the receiver gets a ping.
    """
    monkeypatch.setattr(tasks, "MAX_ATTEMPTS", 2)
    monkeypatch.setattr(tasks, "MAX_FAILURES", 2)
    with receiver(500, 500, 204, 500, 500, 500, 500) as there:
        app = hooks(there)
        for _ in range(5):
            publish(app)
        found = []
        for delivery, attempts in ((1, 2), (2, 1), (3, 2), (4, 2), (5, 1)):
            for attempt in range(attempts):
                run(app, tasks.deliver, delivery, attempt)
            with session_of(app) as session:
                found.append(session.execute(select(WebhookSubscription.failures, WebhookSubscription.active)).one())
        publish(app)
    assert found == [(1, True), (0, True), (1, True), (2, False), (2, False)]
    assert [row.error for row in rows(app)[3:]] == ["The receiver did not accept it", tasks.SWITCHED_OFF]
    assert len(there.calls) == 7
    with session_of(app) as session:
        session.scalars(select(WebhookSubscription)).one().active = True
        session.commit()
        one = session.scalars(select(WebhookSubscription)).one()
        assert (one.active, one.failures) == (True, 0)
    assert [row.event for row in rows(app)[5:]] == ["ping"]


def test_a_receiver_that_is_gone(hooks: Any, handed_over: list[Any]) -> None:
    """No answer is tried again, and again, and then given up."""
    with receiver() as there:
        app = hooks(there)
    publish(app)
    run(app, tasks.deliver, 1, 0)
    (row,) = rows(app)
    assert (row.state, row.status, row.error) == (DeliveryState.PENDING, None, "The connection was refused")
    with session_of(app) as session:
        session.execute(update(WebhookDelivery).values(attempts=tasks.MAX_ATTEMPTS - 1))
        session.commit()
    handed_over.clear()
    run(app, tasks.deliver, 1, tasks.MAX_ATTEMPTS - 1)
    (row,) = rows(app)
    assert (row.state, row.attempts, row.next_attempt_at) == (DeliveryState.FAILED, tasks.MAX_ATTEMPTS, None)
    assert handed_over == []


def test_a_name_that_leads_inside(hooks: Any, handed_over: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Found out only by the look-up: given up at once, with a reason, and nobody is called."""
    resolver(monkeypatch, ["127.0.0.1"])
    with receiver() as there:
        app = hooks()
        with session_of(app) as session:
            session.execute(update(WebhookSubscription).values(url=f"http://hooks.example.com:{there.port}/"))
            session.commit()
        publish(app)
        run(app, tasks.deliver, 1, 0)
    (row,) = rows(app)
    assert (row.state, row.status, row.error) == (DeliveryState.FAILED, None, "The URL's address is not public")
    assert there.calls == []


def test_long_waits_are_left_to_the_relay(hooks: Any, handed_over: list[Any]) -> None:
    """A broker would give a message that is held for an hour to somebody else, so nobody holds one."""
    with receiver(503) as there:
        app = hooks(there)
        publish(app)
        with session_of(app) as session:
            session.execute(update(WebhookDelivery).values(attempts=5))
            session.commit()
        handed_over.clear()
        run(app, tasks.deliver, 1, 5)
        assert handed_over == []
        (row,) = rows(app)
        assert row.next_attempt_at > utcnow() + timedelta(hours=1)
        with time_machine.travel(row.next_attempt_at):
            run(app, tasks.relay)
    assert handed_over == [("webhooks.deliver", 1, 6)]


def test_a_broker_that_is_down_between_attempts(hooks: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The attempt counts, and the relay makes the next one."""
    with receiver(503) as there:
        app = hooks(there)
        publish(app)
        monkeypatch.setattr(tasks, "enqueue", lambda *message, **options: raise_(BrokerUnavailable()))
        run(app, tasks.deliver, 1, 0)
    (row,) = rows(app)
    assert (row.state, row.attempts) == (DeliveryState.PENDING, 1)


@on_both
def test_a_worker_that_died(hooks: Any, handed_over: list[Any]) -> None:
    """An attempt that nobody finished is followed by another one when its time is over; a late end changes nothing."""
    with receiver(204) as there:
        app = hooks(there)
        publish(app)
        with app.app_context():
            lost = tasks._begin(1, 0)
        assert lost is not None
        with time_machine.travel(utcnow() + tasks.LEASE + timedelta(seconds=1)):
            handed_over.clear()
            run(app, tasks.relay)
            assert handed_over == [("webhooks.deliver", 1, 1)]
            run(app, tasks.deliver, 1, 1)
        with app.app_context():
            tasks._end(lost, tasks.Outcome(error="too late"), app.extensions["settings"])
    (row,) = rows(app)
    assert (row.state, row.attempts, row.error) == (DeliveryState.DELIVERED, 2, None)


@on_both
def test_deleted_while_it_is_sent(hooks: Any, handed_over: list[Any]) -> None:
    """A subscription that its owner deletes meanwhile is no fault."""
    with receiver(410) as there:
        app = hooks(there)
        publish(app)
        with app.app_context():
            attempt = tasks._begin(1, 0)
        assert attempt is not None
        with session_of(app) as session:
            session.execute(delete(WebhookSubscription))
            session.commit()
        with app.app_context():
            tasks._end(attempt, tasks.Outcome(410, "gone"), app.extensions["settings"])
    assert rows(app) == []


def test_waits() -> None:
    """Four times as long after each attempt, give or take a fifth, and never more than about half a day."""
    random.seed(1)
    for attempt, seconds in enumerate((5, 20, 80, 320, 1280, 5120, 20480, 43200), start=1):
        waits = [tasks.wait_after(attempt, 5).total_seconds() for _ in range(50)]
        assert seconds * 0.8 <= min(waits) < max(waits) <= seconds * 1.2
        assert len(set(waits)) > 40, "the receivers of one event are not all called at the same moment"


@on_both
def test_old_deliveries_are_deleted(hooks: Any, handed_over: list[Any]) -> None:
    """After 30 days, if nothing is to be done about them any more."""
    app = hooks()
    for _ in range(3):
        publish(app)
    with session_of(app) as session:
        old = utcnow() - timedelta(days=31)
        for number, (state, time) in enumerate(((DeliveryState.FAILED, old), (DeliveryState.DELIVERED, utcnow()))):
            changed = update(WebhookDelivery).where(WebhookDelivery.id == number + 1)
            session.execute(changed.values(state=state, finished_at=time))
        session.execute(update(WebhookDelivery).values(created_at=old))
        session.commit()
    assert run(app, tasks.clean_up_deliveries) == 1
    assert [row.id for row in rows(app)] == [2, 3]


def test_beat_looks_after_the_outbox(settings: Settings) -> None:
    """The relay is on the schedule, and its messages do not pile up where no worker runs."""
    schedule = make_celery(settings).conf.beat_schedule
    assert {entry["task"] for entry in schedule.values()} >= {tasks.relay.name, tasks.clean_up_deliveries.name}
    entry = schedule["send webhooks"]
    assert entry["options"]["expires"] <= entry["schedule"]


def test_secrets_are_not_for_logs() -> None:
    """Neither the row nor an attempt shows the secret."""
    subscription = WebhookSubscription(url="https://example.com/", events=[], secret="whsec_x")
    attempt = tasks.Attempt(1, 1, 1, "https://example.com/", "whsec_x", "msg_1", json.dumps({}))
    assert "whsec" not in repr(subscription) + repr(attempt)


@pytest.mark.parametrize("who", ["subscription", "owner"])
def test_nothing_goes_out_any_more(hooks: Any, handed_over: list[Any], who: str) -> None:
    """What waits is given up when the subscription or its owner is not active any more, and nobody is called."""
    with receiver(204) as there:
        app = hooks(there)
        publish(app)
        with session_of(app) as session:
            ended = update(WebhookSubscription).values(active=False)
            session.execute(ended if who == "subscription" else update(User).values(is_active=False))
            session.commit()
        run(app, tasks.deliver, 1, 0)
    (row,) = rows(app)
    assert (row.state, row.attempts, row.next_attempt_at) == (DeliveryState.FAILED, 0, None)
    assert row.finished_at is not None
    assert who in str(row.error)
    assert there.calls == []


def test_what_nobody_foresaw_is_not_tried_for_ever(
    hooks: Any, handed_over: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An attempt that raises comes to no end, and counts: after nine of them the delivery is given up."""
    app = hooks()
    publish(app)
    monkeypatch.setattr(tasks, "send", lambda *arguments: raise_(ZeroDivisionError()))
    for number in range(tasks.MAX_ATTEMPTS):
        with pytest.raises(ZeroDivisionError):
            run(app, tasks.deliver, 1, number)
    handed_over.clear()
    with time_machine.travel(utcnow() + tasks.LEASE + timedelta(seconds=1)):
        run(app, tasks.relay)
        assert handed_over == [("webhooks.deliver", 1, tasks.MAX_ATTEMPTS)]
        run(app, tasks.deliver, 1, tasks.MAX_ATTEMPTS)
    (row,) = rows(app)
    assert (row.state, row.attempts, row.error) == (
        DeliveryState.FAILED,
        tasks.MAX_ATTEMPTS,
        "The attempts came to no end",
    )
