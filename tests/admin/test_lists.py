"""What lists find and order, and what files hold."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from urllib.parse import quote

import pytest
from flask import Flask

from myapp.admin import exports
from myapp.extensions import db
from myapp.models import Post
from tests.admin.visitor import EDITOR, GONE, USER, Visitor, exists, on_both


def titles(page: str) -> list[str]:
    """The titles in a list of posts, in order."""
    return [html.unescape(title) for title in re.findall(r'<td class="col-title">\s*<a [^>]*>([^<]*)</a>', page)]


def filters(page: str) -> dict[tuple[str, str], str]:
    """The filters that a list offers: group and operation to the name of its parameter."""
    found = re.search(r'id="filter-groups-data"[^>]*>(.*?)</div>', page, re.DOTALL)
    assert found
    groups = json.loads(found[1])
    return {(name, each["operation"]): f"flt0_{each['arg']}" for name, ones in groups.items() for each in ones}


@on_both
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Fourth", "=1+1", "Second", "First"]),
        ("?search=ourt", ["Fourth"]),
        ("?search=EDITOR@", ["First"]),
        ("?sort=1", ["=1+1", "First", "Fourth", "Second"]),
        ("?sort=2&desc=1", None),
        ("?sort=99", ["Fourth", "=1+1", "Second", "First"]),
        ("?page=1&page_size=10", []),
        ("?page=-5", ["Fourth", "=1+1", "Second", "First"]),
        ("?page=99999999999999999999999", []),
        ("?page_size=3", ["Fourth", "=1+1", "Second", "First"]),
    ],
)
def test_search_sort_and_pages(admin: Visitor, query: str, expected: list[str] | None) -> None:
    """The list finds, orders and pages; numbers that mean nothing are no fault."""
    answer = admin.get("/admin/post/" + query)
    assert answer.status_code == 200
    shown = titles(answer.text)
    assert shown == expected if expected is not None else shown[-1] == "First"


@on_both
@pytest.mark.parametrize(
    ("name", "operation", "value", "expected"),
    [
        ("Author", "equals", EDITOR, {"First"}),
        ("Author", "contains", "USER@", {"=1+1", "Second", "Fourth"}),
        ("Title", "not contains", "ir", {"=1+1", "Second", "Fourth"}),
        ("Published", "equals", "0", set()),
        ("Created (UTC)", "greater than", "2026-01-03 12:00:00", {"Fourth"}),
        ("Created (UTC)", "between", "2026-01-01 00:00:00 to 2026-01-02 00:00:00", {"First", "Second"}),
        ("Created (UTC)", "greater than", "nonsense", {"First", "=1+1", "Second", "Fourth"}),
    ],
)
def test_filters(admin: Visitor, name: str, operation: str, value: str, expected: set[str]) -> None:
    """Posts are filtered by their own columns and by their author's, times in UTC."""
    known = filters(admin.get("/admin/post/").text)
    page = admin.get(f"/admin/post/?{known[name, operation]}={quote(value)}").text
    assert set(titles(page)) == expected


@on_both
def test_filters_by_role_and_state(admin: Visitor) -> None:
    """Roles and states are filtered by the values that the lists show."""
    known = filters(admin.get("/admin/user/").text)
    page = admin.get(f"/admin/user/?{known['Role', 'equals']}=editor").text
    assert EDITOR in page
    assert GONE not in page
    known = filters(admin.get("/admin/report/").text)
    assert USER in admin.get(f"/admin/report/?{known['State', 'equals']}=running").text
    assert USER not in admin.get(f"/admin/report/?{known['State', 'equals']}=done").text


def exported(visitor: Visitor, path: str) -> list[list[str]]:
    """The rows of a CSV file."""
    answer = visitor.get(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment;filename=")
    return list(csv.reader(io.StringIO(answer.text)))


@on_both
def test_exports(admin: Visitor, viewer: Visitor) -> None:
    """Administrators and viewers get what the list shows, in its order and under its search."""
    head, *rows = exported(viewer, "/admin/post/export/csv/?sort=0")
    assert head == ["ID", "Title", "Author", "Published", "Created (UTC)"]
    assert rows[0] == ["1", "First", EDITOR, "yes", "2026-01-01T00:00:00+00:00"]
    assert [row[1] for row in exported(admin, "/admin/post/export/csv/?search=First")[1:]] == ["First"]
    assert len(exported(admin, "/admin/user/export/csv/")) == 6
    assert exported(admin, "/admin/report/export/csv/")[1][1:4] == ["running", "40 %", USER]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_a_spreadsheet_runs_nothing(admin_app: Flask, admin: Visitor, start: str) -> None:
    """A title that a spreadsheet would take for a formula is exported as text; the database keeps it as it is."""
    title = start + "HYPERLINK(1)"
    with admin_app.app_context():
        db.session.add(Post(title=title, author_id=3))
        db.session.commit()
    titles = [row[1] for row in exported(admin, "/admin/post/export/csv/")[1:]]
    assert "'" + title in titles
    assert title not in titles
    assert exists(admin_app, Post, title=title)


def test_exports_are_bounded(admin_app: Flask, viewer: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """More rows than an export may have are refused with words instead of cut off unsaid; a filter helps."""
    monkeypatch.setattr(exports, "MAX_ROWS", 3)
    answer = viewer.get("/admin/post/export/csv/?sort=1", follow_redirects=True)
    assert answer.request.path == "/admin/post/"
    assert "4 rows are too many for one file, 3 at most" in answer.text
    assert len(exported(viewer, "/admin/post/export/csv/?search=user%40")) == 4
