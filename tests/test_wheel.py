"""The wheel: the package with everything that it reads, the guide for coding agents included, and nothing else.

https://fastapi.tiangolo.com/tutorial/#ai-agents has FastAPI's guide, in its wheel. The migrations and `deploy/` are no
part of ours: the application is deployed from a checkout, as the README says.
"""

import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import files
from pathlib import Path

import pytest

from tests.live.processes import ROOT

PROJECT = ("pyproject.toml", "README.md", "wsgi.py", "myapp", "migrations", "tests/parity", "deploy")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of the project, without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in PROJECT:
        target = folder / "project" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, target)
    command = [sys.executable, "-m", "pip", "wheel", "--no-build-isolation", "--no-deps", "--no-index", "."]
    subprocess.run([*command, "-w", folder], cwd=folder / "project", check=True, capture_output=True, timeout=120)
    (built,) = folder.glob("*.whl")
    return built


def test_it_holds_the_package_and_nothing_else(wheel: Path) -> None:
    """Every file of `myapp/`: code, templates, static files, examples' files, the guide; no tests, no `deploy/`."""
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    package = (path for path in (ROOT / "myapp").rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    assert held == {path.relative_to(ROOT).as_posix() for path in package}
    guide = re.compile(r"\w+(?:/kit)?/\.agents/skills/[\w-]+/SKILL\.md")
    theirs = {path.as_posix() for path in files("fastapi") or () if guide.fullmatch(path.as_posix())}
    assert len({name for name in held if guide.fullmatch(name)}) == len(theirs) == 1


def test_the_example_runs_from_it(wheel: Path, tmp_path: Path) -> None:
    """Installed as a wheel is, outside of the project, it serves the README's example and the site with its files."""
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--target", "installed", str(wheel)]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    checks = """
import sys
from pathlib import Path
import myapp
assert Path(myapp.__file__).parents[1] == Path("installed").resolve()
assert app.test_client().post("/posts/", json={"title": "First"}).get_json() == {"title": "First", "body": None}
site = myapp.create_app(myapp.settings.Settings(data_dir=Path("data").resolve())).test_client()
for path in (
    *("/", "/static/site.css", "/docs", "/built-ins/path-params"),
    *("/templates-static/static/page.css", "/frontend/app/"),
):
    with site.get(path) as answer:
        assert answer.status_code == 200, path
"""
    (tmp_path / "example.py").write_text(f'import sys; sys.path.insert(0, "installed")\n{example}{checks}')
    subprocess.run([sys.executable, "-W", "error", "example.py"], cwd=tmp_path, check=True, timeout=120)
