"""The README's two tables, written from what they are about.

    python -m tests.parity.readme

renews them in place, between `<!-- NAME: begin -->` and `<!-- NAME: end -->`. A test says when that is due.
"""

import re
from pathlib import Path

from myapp import blueprints
from tests.parity.differences import KEPT

README = Path(__file__).resolve().parents[2] / "README.md"
COMMAND = "python -m tests.parity.readme"


def built_ins() -> str:
    """One row a folder: FastAPI's built-in, what matches it here, and where: code, page, tests."""
    rows = ["| FastAPI | here | where |", "|---|---|---|"]
    for folder in blueprints.FOLDERS:
        title, page = blueprints.PAGES[folder]
        path = f"myapp/blueprints/{folder}"
        where = f"[`{folder}`]({path}): [page]({path}/__init__.py), [tests](tests/parity/test_{folder}.py)"
        rows.append(f"| [{title}]({blueprints.DOCS}{page}) | {_cell(blueprints.match(folder))} | {where} |")
    return "\n".join(rows)


def kept_differences() -> str:
    """One row a difference, with its reason."""
    rows = ["| | FastAPI | Flask | why it is kept |", "|---|---|---|---|"]
    rows += [f"| {_cell(row.key)} | {_cell(row.fastapi)} | {_cell(row.flask)} | {_cell(row.reason)} |" for row in KEPT]
    return "\n".join(rows)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def renewed(text: str) -> str:
    """The README's text with both tables as they should be. Raises ValueError when a marker is missing."""
    for name, table in (("built-ins", built_ins()), ("differences", kept_differences())):
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        if begin not in text or end not in text:
            raise ValueError(f"README.md needs the lines {begin} and {end}")
        text = re.sub(
            f"{re.escape(begin)}.*?{re.escape(end)}", lambda _, new=f"{begin}\n{table}\n{end}": new, text, flags=re.S
        )
    return text


if __name__ == "__main__":
    README.write_text(renewed(README.read_text()))
