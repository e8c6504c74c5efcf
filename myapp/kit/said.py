"""What a dataclass was made with, apart from its defaults: the same value said and unsaid may mean different things."""

from __future__ import annotations

from functools import wraps
from typing import Any, TypeVar

T = TypeVar("T")


def remembering(cls: type[T]) -> type[T]:
    """The dataclass, whose instances keep in `said` the keywords that they were made with."""
    init: Any = cls.__init__

    @wraps(init)
    def keep(self: T, **said: Any) -> None:
        init(self, **said)
        object.__setattr__(self, "said", said)

    cls.__init__ = keep  # type: ignore[assignment]
    return cls
