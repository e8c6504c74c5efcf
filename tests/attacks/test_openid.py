"""Codes that were stolen, injected or sent elsewhere; a sign-in page that somebody else would like to use."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from myapp.throttle import REFUSAL
from tests.attacks.test_tokens import FORGED
from tests.parity import credentials
from tests.parity.credentials import REDIRECT_URI, bearer, code_form, token
from tests.parity.database import PASSWORD
from tests.parity.test_security import token_of
from tests.parity.test_security_openid import NO_GRANT, ROOT, authorize, code_of, exchange, sign_in

ELSEWHERE = (
    *(
        "https://evil.example/",
        "//evil.example/docs/oauth2-redirect",
        "http://testserver.evil.example/docs/oauth2-redirect",
    ),
    *("http://testserver@evil.example/docs/oauth2-redirect", "http://testserver/docs/oauth2-redirect/../../evil"),
    *(f"{REDIRECT_URI}/", f"{REDIRECT_URI}?x=1", f"{REDIRECT_URI}#x", REDIRECT_URI.upper(), "javascript:evil()"),
    *("https://testserver/docs/oauth2-redirect", "http://testserver:81/docs/oauth2-redirect", "/docs/oauth2-redirect"),
    *(f"{REDIRECT_URI}\r\nLocation: https://evil.example/", f" {REDIRECT_URI}", "http://testserver/", ""),
)


@pytest.mark.parametrize("address", ELSEWHERE)
def test_no_open_redirect(side, address):
    """To an address that is not the client's nobody is sent, with a code or with an error, signed in or not."""
    for answer in (
        authorize(side, redirect_uri=address),
        authorize(side, redirect_uri=address, response_type="x"),
        sign_in(side, redirect_uri=address),
    ):
        assert answer.status_code == 400
        assert "location" not in answer.headers
        assert answer.json() == {"detail": "Unknown client or redirect URI"}


def test_two_redirect_uris(side):
    """A parameter that is sent twice leads nowhere but to the registered address."""
    for first, second in (("https://evil.example/", REDIRECT_URI), (REDIRECT_URI, "https://evil.example/")):
        url = f"{ROOT}/authorize?response_type=x&client_id=docs&redirect_uri={first}&redirect_uri={second}"
        assert "evil" not in side.get(url).headers.get("location", "")


STATES = ("x\r\nSet-Cookie: evil=1", "&code=evil", "#code=evil", '"><script>', "\0", "é🎉", "x" * 5000)


@pytest.mark.parametrize("state", STATES)
def test_state_comes_back_as_it_was(side, state):
    """Whatever is in the state comes back to the client as one parameter, and nowhere else."""
    answer = sign_in(side, state=state)
    location = answer.headers["location"]
    assert location.startswith(f"{REDIRECT_URI}?code=")
    parameters = parse_qsl(urlsplit(location).query, keep_blank_values=True, strict_parsing=True)
    assert [name for name, _ in parameters] == ["code", "state", "iss"]
    assert dict(parameters)["state"] == state
    assert "set-cookie" not in answer.headers
    assert state not in authorize(side, state=state).text


def test_form_on_another_site(side):
    """The page of another site can't sign a browser in, nor can one that hides where it is."""
    for origin in (
        "https://evil.example",
        "null",
        "http://testserver.evil.example",
        "https://testserver",
        "",
        "http://",
    ):
        answer = sign_in(side, headers={"origin": origin})
        assert (answer.status_code, answer.json()) == (403, {"detail": "The form was on another site"})
    assert sign_in(side, headers={"origin": "http://testserver"}).status_code == 303


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "w" * 43},
        {"code_verifier": ""},
        {"code_verifier": credentials.CHALLENGE},
        {"code_verifier": "é" * 43},
        {"code_verifier": "v" * 44},
        {"code_verifier": "v" * 100_000},
        {"client_id": "other"},
        {"client_id": ""},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": ""},
    ],
    ids=str,
)
def test_a_stolen_code(side, changes):
    """Whoever has a code but not the client's verifier, or is another client, gets nothing; its owner still does."""
    code = code_of(side)
    answer = exchange(side, code, **changes)
    if answer.status_code == 422:  # an empty text is none in a form
        assert {fault["type"] for fault in answer.json()["detail"]} == {"missing"}
    else:
        assert (answer.status_code, answer.json()) == NO_GRANT
    assert exchange(side, code).status_code == 200


@pytest.mark.parametrize("name", FORGED)
def test_forged_codes(side, name):
    """A token that opens nothing is no code either."""
    assert (exchange(side, FORGED[name]).status_code, exchange(side, FORGED[name]).json()) == NO_GRANT


def test_one_kind_for_another(side):
    """A code is no access token and no refresh token, nor is what it names; an access token is no code."""
    code = code_of(side)
    named = credentials.jwt.decode(code, options={"verify_signature": False})["jti"]
    for text in (code, named):
        assert side.get(f"{ROOT}/me", headers=bearer(text)).status_code == 401
        assert side.post("/security/account/refresh", data={"refresh_token": text}).status_code == 401
    assert exchange(side, code).status_code == 200
    assert exchange(side, token(1, "openid posts users")).json() == NO_GRANT[1]
    id_token = exchange(side, code_of(side)).json()["id_token"]
    assert side.get(f"{ROOT}/me", headers=bearer(id_token)).status_code == 401
    assert side.get(f"{ROOT}/userinfo", headers=bearer(id_token)).status_code == 401


def test_no_more_than_the_role_allows(side):
    """Whatever a client asks for, the token is for no more than the user may do."""
    given = exchange(side, code_of(side, "grace@example.com", scope="openid users posts admin *")).json()
    assert given["scope"] == "openid posts"
    answer = side.get("/security/users", headers=bearer(given["access_token"]))
    assert answer.json() == {"detail": "Not enough permissions"}


def test_a_code_outlived_by_nothing(side):
    """Another password, or no account any more, ends what was begun on the sign-in page."""
    codes = [code_of(side, "grace@example.com") for _ in range(2)]
    opened = bearer(exchange(side, codes[0]).json()["access_token"])
    change = {"current_password": PASSWORD, "new_password": "another password"}
    headers = token_of(side, "grace@example.com")
    assert side.post("/security/account/change-password", json=change, headers=headers).status_code == 204
    assert side.get(f"{ROOT}/me", headers=opened).status_code == 401
    assert exchange(side, codes[1]).json() == NO_GRANT[1]
    # a seeded user who is not active
    assert side.post(f"{ROOT}/token", data=code_form("refresh-3")).json() == NO_GRANT[1]


def test_guessing_on_the_page(side):
    """The page counts guesses with the token endpoint: five, then a 429 that says for how long, right or wrong."""
    for number in range(5):
        if number % 2:
            assert sign_in(side, password="wrong").status_code == 400
        else:
            data = {"username": "ada@example.com", "password": "wrong"}
            assert side.post("/security/token", data=data).status_code == 401
    answer = sign_in(side)
    assert (answer.status_code, answer.json()) == (429, {"detail": REFUSAL})
    assert int(answer.headers["retry-after"]) > 0


def test_page_says_nothing_of_who_is_known(side):
    """An unknown address, a wrong password and an odd one get the same page but for the address."""
    pages = {
        sign_in(side, name, "wrong").text.replace(name, "")
        for name in ("ada@example.com", "nobody@example.com", "edsger@example.com", "x" * 300)
    }
    assert len(pages) == 1
