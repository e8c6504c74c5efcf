"""Where attempts are counted: in this process, or in Redis for several, and here again while Redis does not answer.

Pairs no page of FastAPI's. It is one more storage of `limits`, under a scheme of its own, so that Flask-Limiter takes
it by its address, as it takes any other, and `myapp.throttle` counts in the very same one.
"""

from __future__ import annotations

import logging
import time
from typing import Any, Final

from limits.storage import MemoryStorage, MovingWindowSupport, RedisStorage, Storage

from .settings import Settings

#: For how many seconds Redis is left alone once it has not answered.
PAUSE: Final = 10
#: For how many seconds a call waits for it. A request that finds out that it hangs is late by that much, no more.
TIMEOUT: Final = 2

logger = logging.getLogger(__name__)


class MemoryOrRedisStorage(Storage, MovingWindowSupport):
    """Counts in Redis; once that fails, in this process for PAUSE seconds, and then one call asks again.

    So limits hold while Redis is away, in each process for itself, and no request waits for it twice.
    """

    STORAGE_SCHEME = ["memory+redis", "memory+rediss"]

    def __init__(self, uri: str, **options: Any) -> None:
        """In: Redis' URL behind `memory+`, and RedisStorage's options. Opens no connection."""
        super().__init__(uri)
        self._redis = RedisStorage(uri.removeprefix("memory+"), **options)
        self._memory = MemoryStorage()
        self._memory_until = 0.0

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        return ()  # None leaves this storage.

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        return bool(self._call("acquire_entry", key, limit, expiry, amount))

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        began, used = self._call("get_moving_window", key, limit, expiry)
        return began, used

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        return int(self._call("incr", key, expiry, amount))

    def get(self, key: str) -> int:
        return int(self._call("get", key))

    def get_expiry(self, key: str) -> float:
        return float(self._call("get_expiry", key))

    def clear(self, key: str) -> None:
        self._call("clear", key)

    def check(self) -> bool:
        return True  # It always counts somewhere.

    def reset(self) -> None:
        self._memory.reset()
        self._call("reset")

    def _call(self, method: str, *arguments: Any) -> Any:
        now = time.monotonic()
        if now < self._memory_until:
            return getattr(self._memory, method)(*arguments)
        asks_again = self._memory_until > 0
        if asks_again:
            # The others go on counting here: they would wait with this one, should Redis still hang.
            self._memory_until = now + PAUSE
        try:
            answer = getattr(self._redis, method)(*arguments)
        except self._redis.base_exceptions as error:
            self._memory_until = time.monotonic() + PAUSE
            logger.error("counting in this process for %d seconds, as Redis does not answer: %s", PAUSE, error)
            return getattr(self._memory, method)(*arguments)
        if asks_again:
            self._memory_until = 0.0
        return answer


def storage(settings: Settings) -> tuple[str, dict[str, Any]]:
    """Where the settings want the counters: an address and its options, as `limits` and Flask-Limiter take them."""
    if not settings.redis_url:
        return "memory://", {}
    return f"memory+{settings.redis_url}", {
        "socket_connect_timeout": TIMEOUT,
        "socket_timeout": TIMEOUT,
        "key_prefix": f"{settings.task_queue}:limits",
    }
