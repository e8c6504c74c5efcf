"""Password hashes, by the library that FastAPI's security pages use (pwdlib, Argon2).

The parameters are those that OWASP's password storage page recommends for Argon2id: 19 MiB, two passes, one lane. The
library's own default takes 64 MiB for each login under way, and a gevent worker may have many of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from .kit.event_loop import under_gevent

P = ParamSpec("P")
R = TypeVar("R")

#: In characters, for everybody: the API on both sides, the administration and the command line. NIST SP 800-63B asks
#: for 8 at least, and revision 4 for 15 where there is nothing but a password; 12 is between the two. Argon2 reads all
#: of what it is given, so somebody could keep it busy with a long one.
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 128

_HASHER = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))


def hash_password(password: str) -> str:
    """Return the Argon2 hash to store for a password."""
    return _in_a_thread(_HASHER.hash, password)


def verify_password(password: str, password_hash: str | None) -> bool:
    """Tell whether a password is the one that was hashed.

    Without a hash (nobody has that name) it is not, and finding that out takes as long as with one: the time of a
    refusal must not tell whether the name is known.
    """
    if password_hash is None:
        _in_a_thread(_HASHER.hash, password)
        return False
    return _in_a_thread(_HASHER.verify, password, password_hash)


def _in_a_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a slow C function so that a gevent worker goes on with other requests meanwhile.

    Argon2 lets go of the interpreter lock, but nothing in it yields to gevent's loop: called directly, one login would
    stop every other request of the worker for as long as it takes.
    """
    if not under_gevent():
        return function(*args, **kwargs)
    from gevent import get_hub

    return get_hub().threadpool.apply(function, args, kwargs)  # type: ignore[no-any-return]
