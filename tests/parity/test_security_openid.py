"""Schemes whose other end is here, too: HTTP Digest, the authorization code flow, and OpenID Connect."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import jwt
import pytest
import time_machine

from myapp.authentication import OPENID_SCOPES
from myapp.settings import Settings
from tests.parity import credentials
from tests.parity.credentials import CHALLENGE, REDIRECT_URI, bearer
from tests.parity.database import NOW, PASSWORD
from tests.parity.test_security import ADA, INVALID, refusal, token_of

ROOT = "/security/openid"
ISSUER = "http://testserver/security/openid"
ASKED = {
    "response_type": "code",
    **credentials.CLIENT,
    "scope": "openid posts",
    "state": "a state & more",
    "nonce": "n-0S6",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
NO_GRANT = (400, {"error": "invalid_grant"})


def authorize(side, method="GET", *, data=None, headers=None, **changes):
    """What the sign-in page answers to a client's request with these changes; None leaves a parameter out."""
    query = urlencode({name: value for name, value in {**ASKED, **changes}.items() if value is not None})
    return side.request(method, f"{ROOT}/authorize?{query}", data=data, headers=headers)


def sign_in(side, username="ada@example.com", password=PASSWORD, *, headers=None, **changes):
    """What the page's form is answered with."""
    return authorize(side, "POST", data={"username": username, "password": password}, headers=headers, **changes)


def told(answer):
    """What a redirect tells the client, and where."""
    address, _, query = answer.headers["location"].partition("?")
    return address, dict(parse_qsl(query))


def code_of(side, *arguments, **changes):
    """A code for who signs in."""
    return told(sign_in(side, *arguments, **changes))[1]["code"]


def exchange(side, code, **changes):
    """What the token endpoint answers to a code."""
    return side.post(f"{ROOT}/token", data={**credentials.EXCHANGE, "code": code, **changes})


def answered(side, target="/security/digest", **changes):
    """The header with which a client answers a challenge."""
    return credentials.digest(side.get("/security/digest").headers["www-authenticate"], target, **changes)


def digest(side, header, path="/security/digest", method="GET"):
    """Status and challenge of an answer to these credentials."""
    answer = side.request(method, path, headers={"authorization": header})
    return answer.status_code, answer.headers.get("www-authenticate", "")


def test_digest(side):
    """A client of Digest gets in with a key that it never sends; every later request needs an answer of its own."""
    client = httpx.Client(transport=side.transport, auth=httpx.DigestAuth("ann", "a key"))
    answers = [client.get(f"{side.origin}/security/digest{query}") for query in ("", "", "?a=%20b&c")]
    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, {"username": "ann"})] * 3
    assert len({answer.request.headers["authorization"] for answer in answers}) == 3


def test_digest_challenge(side):
    """Without credentials, and with those of another scheme, the challenge says how to answer it."""
    for headers in ({}, {"authorization": "Basic YTpi"}, {"authorization": "Digest"}, {"authorization": "Digest x"}):
        answer = side.get("/security/digest", headers=headers)
        assert (answer.status_code, answer.json()) == (401, {"detail": "Not authenticated"})
        challenge = r'Digest realm="API keys", qop="auth", algorithm=SHA-256, nonce="[\w.-]+"'
        assert re.fullmatch(challenge, answer.headers["www-authenticate"])


def test_digest_is_good_once(side):
    """An answer that is sent again, or too late, is refused as stale, so that the client answers a new challenge."""
    header = answered(side)
    assert [digest(side, header)[0] for _ in range(2)] == [200, 401]
    assert digest(side, header)[1].endswith(", stale=true")
    header = answered(side)
    with time_machine.travel(NOW + timedelta(seconds=62), tick=False):
        status, challenge = digest(side, header)
    assert (status, challenge.endswith(", stale=true")) == (401, True)


def test_digest_of_something_else(side):
    """An answer with another key, for another target, to a forged challenge or with a part changed opens nothing."""
    good = answered(side)
    wrong = {
        "another key": answered(side, key="a ke"),
        "another target": answered(side, "/security/digest?admin=1"),
        "another path": answered(side, "/security/users"),
        **{
            name: re.sub(rf'\b{name}=("?)[^",]+', rf"{name}=\1{value}", good)
            for name, value in {
                **{"username": "bob", "realm": "x", "nonce": ".x.y", "nc": "00000002", "cnonce": "x"},
                **{"qop": "auth-int", "uri": "/", "algorithm": "MD5", "response": "0" * 64},
            }.items()
        },
        "no response": good.replace("response=", "x="),
        "no nonce": good.replace("nonce=", "x="),
    }
    for name, header in wrong.items():
        assert header != good, name
        status, challenge = digest(side, header)
        assert (status, "stale" in challenge) == (401, False), name
    assert digest(side, good)[0] == 200
    side.overrides[side.dependencies.get_settings] = lambda: Settings()
    assert digest(side, answered(side, key=""))[0] == 401


def test_sign_in_page(both):
    """The page says who asks for what, keeps what was typed, and has the same bytes on both sides."""
    fastapi, flask = (authorize(side) for side in both)
    assert (flask.status_code, flask.text) == (fastapi.status_code, fastapi.text)
    for name in ("content-type", "content-security-policy", "cache-control", "referrer-policy"):
        assert flask.headers[name] == fastapi.headers[name]
    assert "docs" in flask.text
    assert OPENID_SCOPES["openid"] in unescape(flask.text)
    assert OPENID_SCOPES["users"] not in unescape(flask.text)
    everything = unescape(authorize(both[1], scope=None).text)
    assert OPENID_SCOPES["posts"] in everything
    assert OPENID_SCOPES["users"] in everything


def test_wrong_password_on_the_page(both):
    """A wrong password shows the page again, with the address and without the password, escaped."""
    fastapi, flask = (sign_in(side, '"><script>x@example.com', "not this one") for side in both)
    assert (flask.status_code, flask.text) == (fastapi.status_code, fastapi.text)
    assert flask.status_code == 400
    assert "Incorrect username or password" in flask.text
    assert '"><script>x@example.com' not in flask.text
    assert '"><script>x@example.com' in unescape(flask.text)
    assert "not this one" not in flask.text
    assert "Inactive user" in sign_in(both[1], "edsger@example.com").text


@pytest.mark.over_the_wire
def test_authorization_code(side):
    """Who signs in goes back to the client with a code; exchanged, it gives a token that opens what was asked for."""
    answer = sign_in(side)
    assert answer.status_code == 303
    address, parameters = told(answer)
    code = parameters.pop("code")
    assert address == REDIRECT_URI
    assert parameters == {"state": "a state & more", "iss": ISSUER}
    answer = exchange(side, code)
    given = answer.json()
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert (given["token_type"], given["expires_in"], given["scope"]) == ("bearer", 1800, "openid posts")
    headers = bearer(given["access_token"])
    assert side.get(f"{ROOT}/me", headers=headers).json() == ADA
    assert side.get(f"{ROOT}/userinfo", headers=headers).json() == {"sub": "1", "email": "ada@example.com"}
    assert side.get("/security/users/me/posts", headers=headers).status_code == 200
    assert side.get("/security/users", headers=headers).status_code == 401


def test_id_token(side):
    """The ID token says who signed in, to whom and when; its signature is checked with the published key alone."""
    configuration = side.get(f"{ROOT}/.well-known/openid-configuration").json()
    assert configuration["issuer"] == ISSUER
    (key,) = jwt.PyJWKSet.from_dict(side.get(urlsplit(configuration["jwks_uri"]).path).json()).keys
    given = exchange(side, code_of(side)).json()
    assert jwt.get_unverified_header(given["id_token"])["kid"] == key.key_id
    algorithms = configuration["id_token_signing_alg_values_supported"]
    claims = jwt.decode(given["id_token"], key, algorithms, audience="docs", issuer=configuration["issuer"])
    issued = int(NOW.timestamp())
    assert claims == {
        **{"iss": ISSUER, "sub": "1", "aud": "docs", "nonce": "n-0S6"},
        **{"iat": issued, "exp": issued + 300, "auth_time": issued},
    }
    assert "id_token" not in exchange(side, code_of(side, scope="posts")).json()
    without = exchange(side, code_of(side, nonce=None)).json()["id_token"]
    assert "nonce" not in jwt.decode(without, options={"verify_signature": False})


def test_configuration(side):
    """Every address that the discovery document names is one of the application's, and answers."""
    configuration = side.get(f"{ROOT}/.well-known/openid-configuration").json()
    assert authorize(side).status_code == 200
    named = {name: url for name, url in configuration.items() if name.endswith(("_endpoint", "_uri"))}
    assert named.keys() == {"authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"}
    statuses = {name: side.get(url.removeprefix(side.origin)).status_code for name, url in named.items()}
    assert statuses == {"authorization_endpoint": 422, "token_endpoint": 405, "userinfo_endpoint": 401, "jwks_uri": 200}


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        *((host, host) for host in ("EXAMPLE.com", "a.example:80", "xn--mnchen-3ya.de", "[::1]:8000")),
        *((host, "testserver") for host in ("a:99999", "a:x", ":80", "[:::]", "a@b/c?d#e", '"<b>', "")),
    ],
)
def test_the_host_is_the_client_s(both, host, shown):
    """The issuer, and where a client gets its codes, have the host as it came, or the server's for one that is none."""
    headers = {"host": host}
    for side in both:
        answer = side.get(f"{ROOT}/.well-known/openid-configuration", headers=headers)
        assert (answer.status_code, answer.json()["issuer"]) == (200, f"http://{shown}{ROOT}")
        redirect_uri = f"http://{shown}/docs/oauth2-redirect"
        assert authorize(side, headers=headers, redirect_uri=redirect_uri).status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": CHALLENGE + "="}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_errors_go_to_the_client(side, changes, error):
    """A known client is told what is wrong with its request, before anybody is asked for a password, and after."""
    for answer in (authorize(side, **changes), sign_in(side, **changes)):
        assert answer.status_code == 303
        assert told(answer) == (REDIRECT_URI, {"error": error, "state": "a state & more", "iss": ISSUER})


@pytest.mark.parametrize("scope", ["", "posts"])
def test_userinfo_needs_its_scope(side, scope):
    """Without the scope `openid` a token tells no client who signed in."""
    headers = token_of(side, scope=scope or "users")
    answer = side.get(f"{ROOT}/userinfo", headers=headers)
    assert refusal(answer) == (401, 'Bearer scope="openid"', "Not enough permissions")
    assert side.get(f"{ROOT}/me", headers=headers).json() == ADA


@pytest.mark.parametrize("header", [None, "", "Basic YTpi", "Bearer", "Bearer x", "x"])
def test_nothing_to_go_by(both, header):
    """What is no token of this application opens neither operation, in the same words on both sides."""
    headers = {} if header is None else {"authorization": header}
    for path in ("me", "userinfo"):
        fastapi, flask = (side.get(f"{ROOT}/{path}", headers=headers) for side in both)
        assert refusal(flask) == refusal(fastapi)
        assert flask.status_code == 401


def test_a_code_is_good_once(side):
    """A code that is used again is refused, and ends the login that it began."""
    code = code_of(side)
    headers = bearer(exchange(side, code).json()["access_token"])
    assert side.get(f"{ROOT}/me", headers=headers).status_code == 200
    again = exchange(side, code)
    assert (again.status_code, again.json()) == NO_GRANT
    assert refusal(side.get(f"{ROOT}/me", headers=headers)) == (401, "Bearer", INVALID["detail"])


def test_a_code_lasts_a_minute(side):
    """A code is exchanged within a minute, or not at all."""
    codes = [code_of(side) for _ in range(2)]
    with time_machine.travel(NOW + timedelta(seconds=59), tick=False):
        assert exchange(side, codes[0]).status_code == 200
    with time_machine.travel(NOW + timedelta(seconds=60), tick=False):
        assert exchange(side, codes[1]).json() == NO_GRANT[1]


def test_document_of_schemes(side):
    """The document names the three schemes, and which operation needs which."""
    document = side.document
    schemes = document["components"]["securitySchemes"]
    flow = {
        "scopes": dict(OPENID_SCOPES),
        "authorizationUrl": "security/openid/authorize",
        "tokenUrl": "security/openid/token",
    }
    assert schemes["OAuth2AuthorizationCodeBearer"] == {"type": "oauth2", "flows": {"authorizationCode": flow}}
    url = "security/openid/.well-known/openid-configuration"
    assert schemes["OpenIdConnect"] == {"type": "openIdConnect", "openIdConnectUrl": url}
    assert schemes["HTTPDigest"] == {"type": "http", "scheme": "digest"}
    paths = document["paths"]
    assert paths[f"{ROOT}/me"]["get"]["security"] == [{"OAuth2AuthorizationCodeBearer": []}]
    assert paths[f"{ROOT}/userinfo"]["get"]["security"] == [{"OpenIdConnect": ["openid"]}]
    assert paths["/security/digest"]["get"]["security"] == [{"HTTPDigest": []}]
