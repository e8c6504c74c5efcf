"""The application's own middleware, as the settings say; none by default."""

from dataclasses import replace

import pytest

from myapp.settings import Environment, Settings, SettingsError

ORIGIN = "https://posts.example"


def test_none_by_default(client):
    """Nothing is added that nobody asked for."""
    answer = client.get("/openapi.json", headers={"Origin": ORIGIN, "Accept-Encoding": "gzip", "Host": "any.example"})
    assert answer.status_code == 200
    assert not {"Access-Control-Allow-Origin", "Content-Encoding", "Vary"} & set(answer.headers.keys())


def test_origins(make_app, settings: Settings):
    """Named sites may call with credentials, also what answers with an error; others are refused beforehand."""
    client = make_app(replace(settings, allowed_origins=(ORIGIN,))).test_client()
    for path in ("/first-steps/", "/first-steps/nowhere"):
        answer = client.get(path, headers={"Origin": ORIGIN})
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "DELETE"}
    answer = client.options("/sql-databases/users/", headers=asked)
    assert (answer.status_code, answer.text) == (400, "Disallowed CORS origin")


def test_any_origin_without_credentials(make_app, settings: Settings):
    """With a star, no site can act as whoever is logged in here."""
    client = make_app(replace(settings, allowed_origins=("*",))).test_client()
    answer = client.get("/first-steps/", headers={"Origin": ORIGIN})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_any_origin_is_refused_in_production(tmp_path):
    """There the sites must be named."""
    with pytest.raises(SettingsError, match="unsafe in production"):
        Settings(env=Environment.PRODUCTION, secret_key="x" * 32, allowed_origins=("*",), data_dir=tmp_path)


def test_hosts(make_app, settings: Settings):
    """Only the named ones are served, whatever the path; the proxy's word counts when the proxy is ours."""
    app = make_app(replace(settings, allowed_hosts=("posts.example",), trusted_proxies=("127.0.0.1",)))
    client = app.test_client()
    assert client.get("/health", headers={"Host": "posts.example"}).status_code == 200
    refused = client.get("/health", headers={"Host": "evil.example"})
    assert (refused.status_code, refused.text) == (400, "Invalid host header")
    forwarded = {"Host": "inside:8000", "X-Forwarded-Host": "posts.example"}
    assert client.get("/health", headers=forwarded).status_code == 200


def test_compression(make_app, settings: Settings):
    """From the size that is set."""
    client = make_app(replace(settings, compress_minimum_size=500)).test_client()
    accepted = {"Accept-Encoding": "gzip"}
    assert client.get("/openapi.json", headers=accepted).headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get("/health", headers=accepted).headers


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("MYAPP_ALLOWED_HOSTS", "posts.*", "must be names such as example.com"),
        ("MYAPP_COMPRESS_MINIMUM_SIZE", "-1", "must be a whole number of at least 0"),
    ],
)
def test_unusable_settings(name, text, fault):
    """Refused at the start, by name."""
    with pytest.raises(SettingsError, match=f"{name} {fault}"):
        Settings.load({name: text}, None)
