"""Defaults as marshmallow takes them, also those made of other attributes: `Field(default_factory=lambda data: ...)`.

Pairs https://docs.pydantic.dev/latest/concepts/fields/#default-values with marshmallow's `load_default`, which is a
value or a function of nothing.
"""

from __future__ import annotations

import copy
import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any


class FromData:
    """A `default_factory` that takes the validated data: the attributes before its own, as a dict.

    Only loading has them: called without them, as where the class itself is called, it raises TypeError.
    """

    def __init__(self, factory: Callable[[dict[str, Any]], Any]) -> None:
        self.factory = factory

    def __call__(self, data: Mapping[str, Any] | None = None) -> Any:
        """The default that these attributes make."""
        if data is None:
            raise TypeError("a default_factory takes the validated data, which are not known here: pass a value")
        return self.factory(dict(data))


def from_data(factory: Callable[..., Any]) -> Callable[..., Any]:
    """The factory, as `FromData` where it takes the data: where it has one argument, without a default."""
    try:
        parameters = list(inspect.signature(factory).parameters.values())
    except (TypeError, ValueError):  # a builtin, which does not tell
        return factory
    if isinstance(factory, FromData) or len(parameters) != 1:
        return factory
    (only,) = parameters
    by_position = only.kind in (only.POSITIONAL_ONLY, only.POSITIONAL_OR_KEYWORD)
    return FromData(factory) if by_position and only.default is only.empty else factory


def load_default(value: Any) -> Any:
    """A default as marshmallow takes it: it calls what is callable, and would hand out the same list each time."""
    if callable(value):
        return lambda: value
    return functools.partial(copy.deepcopy, value) if isinstance(value, list | dict | set) else value
