"""Attributes that are nobody's business but their class's.

Pairs https://docs.pydantic.dev/latest/concepts/models/#private-model-attributes with `dataclasses.field`.
"""

from __future__ import annotations

import copy
import dataclasses
import functools
from collections.abc import Callable
from typing import Any, Final

from ..params import Undefined

_PRIVATE: Final = "private"


def PrivateAttr(default: Any = Undefined, *, default_factory: Callable[[], Any] | None = None) -> Any:
    """No client sends it, no answer and no document shows it, and the class is not called with it.

    Every instance has a copy of the default, or what the factory makes; without either it has none at first.
    """
    own: dict[str, Any] = {"init": False, "repr": False, "compare": False, "metadata": {_PRIVATE: True}}
    if default is not Undefined:
        default_factory = functools.partial(copy.deepcopy, default)
    if default_factory is not None:
        own["default_factory"] = default_factory
    return dataclasses.field(**own)


def is_private(each: dataclasses.Field[Any]) -> bool:
    """Whether an attribute was declared with `PrivateAttr`."""
    return _PRIVATE in each.metadata
