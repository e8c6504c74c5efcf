"""The differences that are kept on purpose."""

from typing import Any

KEPT: tuple[Any, ...] = ()


def concern(operation: Any, case: Any) -> bool:
    return False
