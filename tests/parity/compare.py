"""One request, two answers: what a client would notice, and how to show it.

Every header counts except those that a server adds on its own; a new header on one side only is a difference until
somebody says otherwise here.
"""

import json
import re
import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Self
from urllib.parse import quote

from tests.parity.sides import Answer, Side

#: Added by servers and by the application's log, not part of an operation's answer.
IGNORED = frozenset({"date", "server", "connection", "transfer-encoding", "keep-alive", "x-request-id"})
#: Compared when both sides send it: a side that streams has none.
WHERE_BOTH = frozenset({"content-length"})
#: Compared for presence: the value is each side's own recipe.
PRESENCE = frozenset({"etag", "x-process-time", "x-response-time"})
#: Compared as a browser reads it: the order and case of a cookie's attributes mean nothing.
COOKIE = "set-cookie"
#: Lists whose order means nothing.
AS_SETS = frozenset({"allow", "vary"})

#: Characters that a request line can carry as they are.
WIRE = "".join(chr(code) for code in range(0x21, 0x7F))


@dataclass(frozen=True)
class Case:
    """A request as it goes on the wire, readable in a table. The URL is quoted as it should travel."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None

    @classmethod
    def posting(cls, url: str, data: Any) -> Self:
        """A POST of JSON."""
        return cls("POST", url, (("content-type", "application/json"),), json.dumps(data).encode())

    def send(self, side: Side) -> Answer:
        """Send it to one side. Header values are latin-1 text, as HTTP/1.1 has them."""
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in self.headers]
        return side.request(self.method, self.url, headers=headers, content=self.body)

    def curl(self, origin: str = "http://127.0.0.1:8000") -> str:
        """A line for a POSIX shell that sends the same bytes to a server at `origin`.

        A body that is not plain text goes through printf's octal escapes.
        """
        words = ["curl", "-i", "--path-as-is", "-g"]
        words += ["-I"] if self.method == "HEAD" else ["-X", self.method]
        for name, value in self.headers:
            # curl drops a header that ends in its colon; with a semicolon it sends it empty.
            words += ["-H", _shell_text(f"{name}: {value}" if value else f"{name};")]
        if self.body is not None and not any(name.lower() == "content-type" for name, _ in self.headers):
            words += ["-H", "Content-Type:"]  # curl would say it is a form
        line = " ".join(words)
        url = shlex.quote(origin + quote(self.url, safe=WIRE))
        if self.body is None:
            return f"{line} {url}"
        try:
            text = self.body.decode("utf-8")
        except UnicodeDecodeError:
            text = "\0"
        if text.isprintable() and not text.startswith("@"):
            return f"{line} --data-binary {shlex.quote(text)} {url}"
        octal = "".join(f"\\{byte:03o}" for byte in self.body)
        return f"printf '{octal}' | {line} --data-binary @- {url}"


def _shell_text(text: str) -> str:
    """One shell word for a header, whose latin-1 text is most often UTF-8 bytes and else needs printf."""
    try:
        return shlex.quote(text.encode("latin-1").decode("utf-8"))
    except UnicodeDecodeError:
        octal = "".join(f"\\{byte:03o}" for byte in text.encode("latin-1"))
        return f"\"$(printf '{octal}')\""


def differences(left: Answer, right: Answer) -> list[str]:
    """What a client would see differ, one line each; empty when the answers are the same to it."""
    found = []
    if left.status_code != right.status_code:
        found.append(f"status: {left.status_code} != {right.status_code}")
    found += _header_differences(left, right)
    found += _body_differences(left, right)
    return found


def _header_differences(left: Answer, right: Answer) -> list[str]:
    found = []
    names = {name.lower() for answer in (left, right) for name in answer.headers} - IGNORED
    for name in sorted(names):
        one, two = left.headers.get_list(name), right.headers.get_list(name)
        if name in WHERE_BOTH and not (one and two):
            continue
        if name in PRESENCE:
            one, two = ["…"] * len(one), ["…"] * len(two)
        if name == COOKIE:
            one, two = [_cookie(value) for value in one], [_cookie(value) for value in two]
        if name in AS_SETS:
            one, two = _members(one), _members(two)
        if one != two:
            found.append(f"header {name}: {one} != {two}")
    return found


def _cookie(header: str) -> str:
    cookie, *attributes = header.split("; ")
    said = sorted(each.lower() for each in attributes)
    if any(each.startswith("max-age=") for each in said):
        # a date says nothing that Max-Age does not say
        said = [each for each in said if not each.startswith("expires=")]
    return "; ".join([cookie, *said])


def _members(values: Sequence[str]) -> list[str]:
    return sorted({member.strip().lower() for value in values for member in value.split(",")})


def _body_differences(left: Answer, right: Answer) -> list[str]:
    if left.content == right.content:
        return []
    try:
        one, two = _parsed(left), _parsed(right)
    except ValueError:
        return [f"body: {_short(left.content)} != {_short(right.content)}"]
    return list(json_differences(one, two, "body"))[:12]


def _parsed(answer: Answer) -> Any:
    if not answer.headers.get("content-type", "").startswith("application/json"):
        raise ValueError("not JSON")
    text = answer.content.decode()
    if answer.request.url.host != "testserver" and "date" in answer.headers:
        # Over the wire each side has a clock of its own; in process both have the test's.
        sent = parsedate_to_datetime(answer.headers["date"])
        text = _MOMENT.sub(lambda found: "now" if _is_near(found[0], sent) else found[0], text)
    return json.loads(text)


_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")


def _is_near(moment: str, sent: datetime) -> bool:
    try:
        return abs(datetime.fromisoformat(moment) - sent) < timedelta(minutes=1)
    except ValueError:
        return False


def json_differences(left: Any, right: Any, where: str) -> list[str]:
    """Where two JSON values differ. 1, 1.0 and true are three values; the order of an object's keys means nothing."""
    if isinstance(left, dict) and isinstance(right, dict):
        found = []
        for key in [*left, *(key for key in right if key not in left)]:
            if key not in left or key not in right:
                side = "left" if key in left else "right"
                found.append(f"{where}.{key}: only on the {side}: {_short((left if key in left else right)[key])}")
            else:
                found += json_differences(left[key], right[key], f"{where}.{key}")
        return found
    if isinstance(left, list) and isinstance(right, list):
        found = [] if len(left) == len(right) else [f"{where}: {len(left)} items != {len(right)} items"]
        for index, (one, two) in enumerate(zip(left, right, strict=False)):
            found += json_differences(one, two, f"{where}[{index}]")
        return found
    if type(left) is type(right) and repr(left) == repr(right):
        return []
    return [f"{where}: {_short(left)} != {_short(right)}"]


def _short(value: Any, length: int = 300) -> str:
    text = repr(value)
    return text if len(text) <= length else f"{text[:length]}… ({len(text)} characters)"


def _shown(answer: Answer) -> str:
    headers = "".join(f"\n  {name}: {value}" for name, value in answer.headers.multi_items() if name not in IGNORED)
    fault = answer.extensions.get("exception")
    return f"{answer.status_code}{headers}\n  {_short(answer.content, 1500)}" + (
        f"\n  raised {fault!r}" if fault else ""
    )


def report(case: Case, left: Answer, right: Answer, found: Sequence[str]) -> str:
    """A difference for a person: what differs, the request as a curl line, as a row for test_found.py, both answers."""
    lines = "\n  ".join(found)
    return (
        f"the two sides differ:\n  {lines}\n\nrequest:\n  {_short(case.curl(), 4000)}\n  {_short(case, 4000)}\n\n"
        f"FastAPI: {_shown(left)}\n\nFlask: {_shown(right)}"
    )


Kept = Callable[[Sequence[str], Answer, Answer], bool]


class Different(AssertionError):
    """Two sides answered one request differently; the message is the report."""


def check(case: Case, left: Side, right: Side, kept: Kept = lambda found, left, right: False) -> tuple[Answer, Answer]:
    """Send a request to both sides and return the answers. Raises Different, unless `kept` explains what was found."""
    __tracebackhide__ = True
    one, two = case.send(left), case.send(right)
    if (found := differences(one, two)) and not kept(found, one, two):
        raise Different(report(case, one, two, found))
    return one, two


def check_bodies(url: str, bodies: Iterable[Any], left: Side, right: Side) -> list[int]:
    """Post each as JSON to both sides; the statuses, which are the same on both. Raises Different."""
    __tracebackhide__ = True
    return [check(Case.posting(url, body), left, right)[1].status_code for body in bodies]
