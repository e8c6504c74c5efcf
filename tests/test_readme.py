"""What the README shows runs as it stands there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"


def test_the_example_of_an_application_of_ones_own() -> None:
    """The example serves a valid request, refuses invalid ones in FastAPI's shape, and documents itself."""
    (source,) = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    names: dict[str, object] = {"__name__": "example"}
    exec(compile(source, "README.md", "exec"), names)
    client = names["app"].test_client()  # type: ignore[attr-defined]
    assert client.post("/posts/", json={"title": "First"}).json == {"title": "First", "body": None}
    assert client.get("/posts/1").json == {"title": "First", "body": None}
    assert client.get("/posts/1?shelf=old").status_code == 404
    places = [fault["loc"] for fault in client.post("/posts/?shelf=3", json={"title": 3}).get_json()["detail"]]
    assert places == [["query", "shelf"], ["body", "title"]]
    assert client.get("/posts/0").get_json()["detail"][0]["type"] == "greater_than_equal"
    assert set(client.get("/openapi.json").get_json()["paths"]) == {"/posts/", "/posts/{number}"}


def test_the_kit_can_be_copied(tmp_path: Path) -> None:
    """A copy of the folder under another name runs the example without this project; nothing of FastAPI is imported."""
    kit = README.parent / "myapp" / "kit"
    shutil.copytree(kit, tmp_path / "glue", ignore=shutil.ignore_patterns("__pycache__"))
    (source,) = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    script = source.replace("from myapp.kit import", "from glue import") + (
        "import sys\n"
        "assert app.test_client().post('/posts/', json={'title': 'First'}).status_code == 201\n"
        "assert not {'myapp', 'fastapi', 'pydantic', 'starlette'} & {name.partition('.')[0] for name in sys.modules}\n"
    )
    (tmp_path / "example.py").write_text(script)
    subprocess.run([sys.executable, "example.py"], cwd=tmp_path, check=True, timeout=60)


def test_every_link_leads_somewhere() -> None:
    """Files and folders that the README links to, or names in its commands, are there."""
    text = README.read_text()
    links = {link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link}
    named = set(re.findall(r"(?:deploy|tests|migrations)/[\w./-]*\w", re.sub(r"\]\([^)]*\)", "", text)))
    assert len(links) > 50
    assert {name for name in links | named if not (README.parent / name.partition("#")[0]).exists()} == set()


def test_the_mechanisms_modules_are_there() -> None:
    """The table of the kit's mechanisms names no module that is gone, and every package."""
    table = README.read_text().split("| FastAPI | module of the kit | over |")[1].split("\n\n")[0]
    modules = set(re.findall(r"`([\w/]+(?:\.py|/))`", table))
    kit = README.parent / "myapp" / "kit"
    assert {name for name in modules if not (kit / name).exists()} == set()
    assert {f"{path.name}/" for path in kit.iterdir() if (path / "__init__.py").exists()} <= modules
