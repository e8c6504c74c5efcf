"""The README's tables, written from what they are about.

    python -m tests.parity.readme

renews them in place, between `<!-- NAME: begin -->` and `<!-- NAME: end -->`. A test says when that is due.
"""

import re
from pathlib import Path

from myapp import blueprints
from tests.kit.differences import DECLARATIONS, OF_CONTAINERS, VALUES
from tests.kit.keywords import LEFT_OUT, NAMES
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


def kit_differences() -> str:
    """One row a difference of the kit's that the table of the folders does not have."""
    kept = [(row.what, row.why) for row in DECLARATIONS if not row.in_folders]
    kept += [(row.what, row.why) for row in (*VALUES, *OF_CONTAINERS)]
    rows = ["| | what differs, and why |", "|---|---|"]
    return "\n".join(rows + [f"| {_cell(what)} | {_cell(why)} |" for what, why in dict.fromkeys(kept)])


def keywords() -> str:
    """One row a reason, with all the keywords, and names of pydantic's, that the kit does not have for it."""
    by_reason: dict[str, dict[str, list[str]]] = {}
    for name, keywords in LEFT_OUT.items():
        for keyword, why in keywords.items():
            if keyword.startswith("_"):
                continue
            by_reason.setdefault(why, {}).setdefault(name, []).append(keyword)
    rows = ["| not taken | why |", "|---|---|"]
    for why, names in by_reason.items():
        listed = ", ".join(f"`{name}({'=, '.join(keywords)}=)`" for name, keywords in names.items())
        rows.append(f"| {_cell(listed)} | {_cell(why)} |")
    for why in dict.fromkeys(NAMES.values()):
        listed = ", ".join(f"`pydantic.{name}`" for name, reason in NAMES.items() if reason == why and name[0] != "_")
        rows.append(f"| {_cell(listed)} | {_cell(why)} |")
    return "\n".join(rows)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def renewed(text: str) -> str:
    """The README's text with its tables as they should be. Raises ValueError when a marker is missing."""
    tables = {"built-ins": built_ins, "differences": kept_differences}
    tables |= {"kit-differences": kit_differences, "keywords": keywords}
    for name, write in tables.items():
        table = write()
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        if begin not in text or end not in text:
            raise ValueError(f"README.md needs the lines {begin} and {end}")
        text = re.sub(
            f"{re.escape(begin)}.*?{re.escape(end)}", lambda _, new=f"{begin}\n{table}\n{end}": new, text, flags=re.S
        )
    return text


if __name__ == "__main__":
    README.write_text(renewed(README.read_text()))
