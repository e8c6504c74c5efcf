"""`response_model_include` and `response_model_exclude`: what is kept of an object, and what of what is inside it.

Pairs https://fastapi.tiangolo.com/tutorial/response-model/#response_model_include-and-response_model_exclude. A
selection is a collection of names (or of a list's indexes), or a mapping of them to the selections inside; `True` and
`...` stand for all of it, and the name "__all__" for every item.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

Selection = Any
ALL = "__all__"
_WHOLE = (True, ...)


class Choice(NamedTuple):
    """Whether a part is kept, and the selections that hold inside it."""

    kept: bool
    include: Selection
    exclude: Selection


def choose(key: str | int, include: Selection, exclude: Selection) -> Choice:
    """What two selections say of the part called `key`."""
    wanted, unwanted = _inside(key, include), _inside(key, exclude)
    kept = (include is None or wanted is not None) and unwanted not in _WHOLE
    return Choice(kept, None if wanted in _WHOLE else wanted, None if unwanted in _WHOLE else unwanted)


def _inside(key: str | int, selection: Selection) -> Selection:
    """What a selection says of one part: all of it, something inside it, or nothing (None)."""
    if selection is None:
        return None
    name: str | int = key if key in selection else ALL
    if isinstance(selection, Mapping):
        return selection.get(name)
    return True if name in selection else None


def named(*selections: Selection) -> set[Any]:
    """The names and positions of which the selections say something of their own."""
    return {key for selection in selections if selection is not None for key in selection if key != ALL}
