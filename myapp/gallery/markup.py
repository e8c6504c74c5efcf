"""Python source and Markdown as HTML: Pygments and markdown-it, neither of which lets the text's own HTML through."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt
from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_for_filename
from pygments.util import ClassNotFound

_LIGHT = "tango"
_DARK = "github-dark"


def source_as_html(text: str, filename: str) -> Markup:
    """Source code as a `<div class="code">`, coloured by the language that the file's name tells; plain if by none."""
    try:
        lexer = get_lexer_for_filename(filename)
    except ClassNotFound:
        lexer = get_lexer_for_filename("plain.txt")
    return Markup(highlight(text, lexer, HtmlFormatter(cssclass="code")))


def markdown_as_html(text: str) -> Markup:
    """Markdown (CommonMark with tables) as HTML; HTML in the text is shown, not used."""
    renderer = MarkdownIt("commonmark", {"html": False}).enable("table")
    return Markup(renderer.render(text))


@cache
def style_sheet() -> str:
    """The rules for `.code`: one palette, and another where the reader prefers dark."""
    light, dark = (_rules(style) for style in (_LIGHT, _DARK))
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"


def _rules(style: str) -> str:
    rules: str = HtmlFormatter(style=style).get_style_defs(".code")  # type: ignore[no-untyped-call]
    return rules
