"""One folder of `myapp/blueprints/` as the site shows it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from markupsafe import Markup

from myapp import blueprints
from myapp.gallery.markup import markdown_as_html, source_as_html

_BLUEPRINTS = Path(blueprints.__file__).parent
_ROOT = _BLUEPRINTS.parent.parent
#: Pairs that belong to a folder's subject and are shared by all.
_BESIDE = {"security": (("twin_dependencies.py", "dependencies.py"),)}
_SHOWN = {".py", ".html", ".js", ".css"}


@dataclass(frozen=True)
class Source:
    """A file: where it is in the project, and its coloured text."""

    path: Path

    @property
    def name(self) -> str:
        """The path from the project's root."""
        return self.path.relative_to(_ROOT).as_posix()

    @cached_property
    def html(self) -> Markup:
        """The text, as HTML."""
        return source_as_html(self.path.read_text(), self.path.name)


class BuiltIn:
    """A built-in: what FastAPI calls it, what matches it, and the files of both sides."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.slug = folder.replace("_", "-")
        self.title, page = blueprints.PAGES[folder]
        self.fastapi_url = blueprints.DOCS + page

    @cached_property
    def match(self) -> Markup:
        """What matches it, in one sentence."""
        return markdown_as_html(blueprints.match(self.folder))

    @cached_property
    def page(self) -> Markup:
        """The folder's docstring after its first paragraph."""
        _, _, rest = blueprints.page(self.folder).partition("\n\n")
        return markdown_as_html(rest)

    @cached_property
    def pairs(self) -> list[tuple[Source, Source]]:
        """FastAPI's file and Flask's, for each part of the folder: `fastapi_original_x.py` beside `routes_x.py`.

        Last, what all folders share of its subject.
        """
        originals = sorted((_BLUEPRINTS / self.folder).glob("fastapi_original*.py"), key=lambda path: path.stem)
        pairs = [(path, path.with_name(path.name.replace("fastapi_original", "routes"))) for path in originals]
        pairs += [(_ROOT / "myapp" / one, _ROOT / "myapp" / other) for one, other in _BESIDE.get(self.folder, ())]
        return [(Source(original), Source(routes)) for original, routes in pairs if routes.exists()]

    @cached_property
    def others(self) -> list[Source]:
        """The folder's remaining files: schemas, tasks, templates."""
        paired = {source.path for pair in self.pairs for source in pair}
        files = sorted(path for path in (_BLUEPRINTS / self.folder).rglob("*") if path.suffix in _SHOWN)
        return [Source(path) for path in files if path not in paired and path.name != "__init__.py"]

    @cached_property
    def tests(self) -> Source | None:
        """The tests that run against both sides; None where the project is installed without its tests."""
        path = _ROOT / "tests" / "parity" / f"test_{self.folder}.py"
        return Source(path) if path.exists() else None
