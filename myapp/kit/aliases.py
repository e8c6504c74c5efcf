"""Where else in the input a value may be: pydantic's `AliasPath` and `AliasChoices`, for `validation_alias=`.

Pairs https://docs.pydantic.dev/latest/concepts/alias/#aliaspath-and-aliaschoices with the names that a marshmallow
field is looked for under.
"""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(init=False)
class AliasPath:
    """Where in the input a value is found: `AliasPath("names", 0)` is the first of the names.

    https://docs.pydantic.dev/latest/concepts/alias/#aliaspath-and-aliaschoices
    """

    path: tuple[str | int, ...]

    def __init__(self, first: str, *path: str | int) -> None:
        self.path = (first, *path)


@dataclasses.dataclass(init=False)
class AliasChoices:
    """Several names of one value; the first that the input has is taken."""

    choices: tuple[str | AliasPath, ...]

    def __init__(self, first: str | AliasPath, *choices: str | AliasPath) -> None:
        self.choices = (first, *choices)
