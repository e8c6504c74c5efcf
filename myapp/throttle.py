"""How often somebody may try: the same limits for the API on both sides and for the administration's login.

Pairs no page of FastAPI's, which has no rate limits. The counters are those of `limits`, the library below
Flask-Limiter (`myapp.counters`).
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Iterable
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Final, TypeVar

from limits import RateLimitItem, parse, parse_many
from limits.storage import StorageTypes
from limits.strategies import MovingWindowRateLimiter

#: Wrong passwords for one account from one client. Several windows: who waits may go on, ever more slowly.
GUESSES: Final = parse_many("5/minute;20/hour;50/day")
#: Wrong passwords from one client, whatever the accounts: the same password tried on many of them.
GUESSES_OF_CLIENT: Final = parse_many("60/minute;300/hour")
_MOST_RIGHT: Final = 10_000
#: Mails of one kind to one address, whoever asks. A mailed link is good at least as long as this window, so a stranger
#: who uses up the count has put three good links into the owner's mailbox.
MAILS: Final = parse("3/hour")
#: Whatever must not be taken twice; the window is longer than anything of the kind is good for.
ONCE: Final = parse("1/2 minute")

#: Requests of one client for each of these, whatever comes of them: Flask-Limiter counts on the one side.
RATES: Final = {
    "refresh": "60/minute",
    "sign_up": "10/minute;60/hour",
    "create_account": "10/minute;60/hour",
    "forgot_password": "10/minute;60/hour",
    "reset_password": "10/minute;60/hour",
}

REFUSAL: Final = "Too many attempts; try again later"

T = TypeVar("T")


class TooManyAttempts(Exception):
    """A limit is reached; `retry_after` says in how many seconds there is room again."""

    def __init__(self, reset_time: float) -> None:
        super().__init__(REFUSAL)
        self.retry_after = seconds_until(reset_time)


def seconds_until(reset_time: float) -> int:
    """What Retry-After says (RFC 9110, section 10.2.3): whole seconds, at least one."""
    return max(1, math.ceil(reset_time - time.time()))


class Throttle:
    """Counts guesses at passwords, so that guessing is slow and nobody can be locked out by somebody else.

    The usual lock-out counts an account's wrong passwords and closes it, to its owner too: whoever knows an address can
    keep its owner out for ever. Here wrong passwords count for the account *and* the client that sent them, so a
    stranger fills a counter that the owner, somewhere else, has nothing to do with; an account is never closed. Someone
    who tries one password on many accounts meets the counter of the client alone, which only wrong passwords fill:
    an office behind one address is not held up by its own logins. What is left is a guesser with many addresses: he has
    five guesses a minute and fifty a day from each, against passwords of at least twelve characters.

    A guess is counted before it is checked, so a hundred at the same moment are not a hundred tries; the right password
    takes the count back. The window of a client, which others share, can't be cleared for that: somebody could guess on
    after each login to an account of their own. So right passwords are counted too, and as many are let through beside
    the limit. A client is an IPv4 address or an IPv6 network of 64 bits, of which everybody has a whole one.
    """

    def __init__(self, storage: StorageTypes) -> None:
        """In: where the counters are, a storage of `limits` that supports moving windows."""
        self._limiter = MovingWindowRateLimiter(storage)

    def guess(self, client: str, account: str, check: Callable[[], T | None]) -> T | None:
        """Count a guess, check it, and take it back if it is right: what `check` returned, None for a wrong one.

        Raises TooManyAttempts, and has not called `check` then.
        """
        self.attempt(client, account)
        found = check()
        if found is not None:
            self.succeeded(client, account)
        return found

    def attempt(self, client: str, account: str) -> None:
        """Count a guess that is about to be checked. Raises TooManyAttempts when it must not be."""
        # First without counting: what is refused on behalf of an account must not use up what its neighbours have.
        self._require_of_client(client, count=False)
        self._require(GUESSES, "guess", client_key(client), account_key(account))
        self._require_of_client(client, count=True)

    def succeeded(self, client: str, account: str) -> None:
        """Take back the guesses of who has found the right password."""
        for item in GUESSES:
            self._limiter.clear(item, "guess", client_key(client), account_key(account))
        for item in GUESSES_OF_CLIENT:
            self._window("acquire_entry", item, _MOST_RIGHT, "right", client)

    def may_mail(self, kind: str, address: str) -> bool:
        """Count a mail of this kind to an address; False when it has got enough of them, whoever asked."""
        return self._limiter.hit(MAILS, "mail", kind, account_key(address))

    def is_first_use(self, *keys: str) -> bool:
        """Count a use of what is good for one; False when it has been used within ONCE's window."""
        return self._limiter.hit(ONCE, *keys)

    def request(self, name: str, client: str) -> None:
        """Count a request of those in RATES. Raises TooManyAttempts."""
        self._require(parse_many(RATES[name]), name, client_key(client))

    def reset(self) -> None:
        """Forget everything, for tests."""
        self._limiter.storage.reset()

    def _require(self, items: Iterable[RateLimitItem], *keys: str) -> None:
        for item in items:
            if not self._limiter.hit(item, *keys):
                raise TooManyAttempts(self._limiter.get_window_stats(item, *keys).reset_time)

    def _require_of_client(self, client: str, *, count: bool) -> None:
        for item in GUESSES_OF_CLIENT:
            _, right = self._window("get_moving_window", item, _MOST_RIGHT, "right", client)
            room = item.amount + right
            began, used = self._window("get_moving_window", item, room, "client", client)
            if used >= room or (count and not self._window("acquire_entry", item, room, "client", client)):
                raise TooManyAttempts(began + item.get_expiry())

    def _window(self, method: str, item: RateLimitItem, amount: int, name: str, client: str) -> Any:
        """Call a method of the storage, for a window of this item's length with room for another amount."""
        return getattr(self._limiter.storage, method)(item.key_for(name, client_key(client)), amount, item.get_expiry())


def client_key(address: str) -> str:
    """What counts as one client: the address, or the network of an IPv6 one; what is no address as it is."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address or "unknown"
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(ip_network((parsed, 64), strict=False))
    return str(parsed)


def account_key(address: str) -> str:
    """What counts as one account, without keeping the address: it may be very long, and is nobody's business."""
    return hashlib.sha256(address.lower().encode("utf-8", "surrogatepass")).hexdigest()[:32]
