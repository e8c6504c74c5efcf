"""Cells of a CSV file that a spreadsheet must not run.

https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

from typing import Any

#: Rows of one export; they are in memory at once.
MAX_ROWS = 10_000

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(value: Any) -> Any:
    """Return text with an apostrophe before what a spreadsheet would take for a formula; other values as they are."""
    if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA):
        return "'" + value
    return value
