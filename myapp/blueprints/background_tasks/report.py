"""The posts report: what is counted, and how it is written as a page with a chart and as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from myapp.models import Post, User

BAR_WIDTH = 480
ROW_HEIGHT = 24
# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r")

PAGE = Markup("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Posts report</title>
<style>
  body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }}
  svg {{ max-width: 100%; font: 13px system-ui, sans-serif; }}
  rect {{ fill: #0a7d6c; }}
</style>
<h1>Posts report</h1>
<p>{total} posts, counted at {made:%Y-%m-%d %H:%M} UTC.</p>
{charts}
</html>
""")
CHART = Markup("""<h2>By {name}</h2>
<svg role="img" aria-label="Posts by {name}" viewBox="0 0 {width} {height}" width="{width}" height="{height}">
{bars}
</svg>
""")
BAR = Markup(
    '<text x="0" y="{text}">{label}</text>'
    '<rect x="220" y="{y}" width="{width}" height="16"></rect>'
    '<text x="{end}" y="{text}">{count}</text>'
)


@dataclass
class Counts:
    """How many posts each author has written, and how many were written on each day (UTC)."""

    made: datetime
    by_author: dict[str, int] = field(default_factory=dict)
    by_day: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many posts there are."""
        return sum(self.by_author.values())


def count_authors(session: Session) -> dict[str, int]:
    """Return the number of posts by their author's e-mail address, most first."""
    number = func.count(Post.id).label("number")
    rows = session.execute(
        select(User.email, number).join(User.posts).group_by(User.email).order_by(-number, User.email)
    )
    return {row.email: row.number for row in rows}


def count_days(session: Session) -> dict[str, int]:
    """Return the number of posts by day, in order.

    Counted here and not in SQL, where each database cuts a day out of a time in its own way and time zone.
    """
    times = session.scalars(select(Post.created_at).execution_options(yield_per=1000))
    return dict(sorted(Counter(time.date().isoformat() for time in times).items()))


def as_html(counts: Counts) -> str:
    """Return a page that stands alone: every text escaped, the charts inline, no script."""
    charts = Markup("").join(_chart(name, rows) for name, rows in _tables(counts))
    return str(PAGE.format(total=counts.total, made=counts.made, charts=charts))


def _chart(name: str, rows: dict[str, int]) -> Markup:
    most = max(rows.values(), default=1)
    bars = []
    for number, (label, count) in enumerate(rows.items()):
        width = round(count / most * (BAR_WIDTH - 20), 1)
        y = number * ROW_HEIGHT
        bars.append(BAR.format(label=label, count=count, y=y + 2, text=y + 15, width=width, end=228 + width))
    height = max(len(rows), 1) * ROW_HEIGHT
    return CHART.format(name=name, width=BAR_WIDTH + 260, height=height, bars=Markup("\n").join(bars))


def as_csv(counts: Counts) -> str:
    """Return the same numbers as RFC 4180 has them; no cell can be taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["by", "name", "posts"])
    for name, rows in _tables(counts):
        writer.writerows((name, safe_cell(label), count) for label, count in rows.items())
    return text.getvalue()


def safe_cell(text: str) -> str:
    """Return the text with an apostrophe in front if a spreadsheet would run it as a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _tables(counts: Counts) -> Iterable[tuple[str, dict[str, int]]]:
    return ("author", counts.by_author), ("day", counts.by_day)
