"""How both sides write what is not JSON: a page, a text, a feed, a table."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

FILES = Path(__file__).parent / "files"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_page(title: str, body: str | None) -> str:
    """A post as a page; what looks like markup in it is shown, not used."""
    return (
        f'<!doctype html><html lang="en"><head><title>{escape(title)}</title></head>'
        f"<body><h1>{escape(title)}</h1><p>{escape(body or '')}</p></body></html>"
    )


def write_text(title: str, body: str | None) -> str:
    """A post as text, its title underlined."""
    return f"{title}\n{'=' * len(title)}\n\n{body or ''}\n"


def write_feed(entries: Iterable[Mapping[str, Any]]) -> bytes:
    """Posts as an RSS feed, without the characters that no XML document may have."""
    feed = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(feed, "channel")
    ElementTree.SubElement(channel, "title").text = "Posts"
    for entry in entries:
        item = ElementTree.SubElement(channel, "item")
        ElementTree.SubElement(item, "title").text = _NOT_XML.sub("", entry["title"])
        ElementTree.SubElement(item, "guid", isPermaLink="false").text = str(entry["id"])
    written: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def write_table(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Rows as CSV, a line at a time."""
    for row in rows:
        line = io.StringIO(newline="")
        csv.writer(line).writerow(row)
        yield line.getvalue()
