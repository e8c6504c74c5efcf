"""What values that contain each other may cost: each is read once by a union, and none deeper than Python goes.

Pairs https://docs.pydantic.dev/latest/concepts/unions/ with limits that marshmallow leaves to its caller.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, Final

from marshmallow import ValidationError

from ..errors import Fault

FOUND: Final[ContextVar[dict[tuple[Any, int], tuple[Any, Any]] | None]] = ContextVar("FOUND", default=None)
"""What the unions inside the outermost one have found: by the union and the identity of the value, which is kept alive.

Without it each level of a class that contains itself would read the level below three times, and 3**20 is no number of
steps to let a client ask for. None outside of all unions.
"""


def too_deep(value: Any) -> ValidationError:
    """The fault of a value that ended Python's recursion; inside unions that is raised itself, up to the outermost.

    A fault for each member on each level would be as many as the levels double.
    """
    if FOUND.get() is not None:
        raise RecursionError
    message = "Recursion error - maximum validation depth exceeded"
    return ValidationError(Fault("recursion_depth_exceeded", message, value))
