"""Values at paths inside the input, and messages about them: what an `AliasPath` needs.

Pairs https://docs.pydantic.dev/latest/concepts/alias/#aliaspath-and-aliaschoices with marshmallow's nested messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import missing

from ..errors import faults

Path = tuple[str | int, ...]


def found(data: Any, path: Path) -> Any:
    """What the input has at a path; `missing` where it ends earlier."""
    for part in path:
        try:
            if isinstance(data, str):
                return missing
            data = data[part]
        except (LookupError, TypeError):
            return missing
    return data


def note(errors: dict[Any, Any], data: Mapping[Any, Any], path: Path, messages: Any, raw: Any = None) -> None:
    """File messages under a path: those of one key alone, or with others under the same."""
    first, *rest = path
    if not rest and first not in errors:
        errors[first] = messages
        return
    known = list(faults(errors.get(first, []), data.get(first)))
    errors[first] = [*known, *faults(messages, raw, tuple(rest))]
