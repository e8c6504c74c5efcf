"""The guide that travels with the kit, for people and their coding agents: what it shows runs as it stands there."""

import re
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

import myapp.kit

SKILL = Path(myapp.kit.__file__).parent / ".agents" / "skills" / "flask-operations" / "SKILL.md"


def _clients() -> list[FlaskClient]:
    """A client for the application of each example, in the order of the page."""
    sources = re.findall(r"```python\n(.*?)```", SKILL.read_text(), re.DOTALL)
    clients = []
    for source in sources:
        names: dict[str, Any] = {"__name__": "example"}
        exec(compile(source, SKILL.name, "exec"), names)
        clients.append(names["app"].test_client())
    return clients


def test_the_page_says_whose_it_is() -> None:
    """It begins with the name of its folder and a description, as agents expect of a skill."""
    head = SKILL.read_text().split("---\n")[1]
    assert re.search(r"^name: (.+)$", head, re.MULTILINE)[1] == SKILL.parent.name  # type: ignore[index]
    assert re.search(r"^description: .{50,}$", head, re.MULTILINE)


def test_every_example_runs() -> None:
    """The applications of the page answer, refuse and document as the page says."""
    posts, shelf, ticks, lists = _clients()
    assert posts.put("/posts/7?draft=on", json={"title": "T"}).get_json() == {"title": "T", "tags": [], "id": 7}
    assert posts.put("/posts/seven", json={}).status_code == 422
    assert posts.put("/posts/101", json={"title": "T"}).status_code == 404

    assert shelf.get("/shelf/").status_code == 401
    answer = shelf.get("/shelf/", headers={"Authorization": "Bearer ada"})
    assert answer.get_json() == ["first", "ada for posts"]
    operation = shelf.get("/openapi.json").get_json()["paths"]["/shelf/"]["get"]
    assert operation["security"] == [{"OAuth2PasswordBearer": ["posts"]}]

    assert ticks.get("/ticks.jsonl").text == '{"number":0}\n{"number":1}\n{"number":2}\n'
    assert ticks.get("/ticks").text.startswith('event: tick\ndata: {"number": 0}\nid: 0\n')

    page = lists.get("/posts/?limit=1")
    assert (page.get_json(), page.headers["X-Total-Count"], 'rel="next"' in page.headers["Link"]) == (
        ["first"],
        "2",
        True,
    )
    assert lists.get("/posts/1").headers["ETag"] == '"4"'
    assert lists.get("/posts/1", headers={"If-None-Match": '"4"'}).status_code == 304


def test_every_name_of_the_page_exists() -> None:
    """What the table of equivalents calls by name is in the package."""
    table = SKILL.read_text().split("## From FastAPI")[1].split("\n## ")[0]
    right = " ".join(row.split("|")[2] for row in table.splitlines() if row.startswith("| `") or row.startswith("| a "))
    called = set(re.findall(r"\b(Api|router_options|include_router|operation|Field|dump|websocket|mount)\(", right))
    assert {name for name in called if not hasattr(myapp.kit, name)} == set()
    assert len(called) == 8
