"""The text after an attribute as its description, for classes that say `use_attribute_docstrings=True`.

Pairs https://docs.pydantic.dev/latest/api/config/#pydantic.config.ConfigDict.use_attribute_docstrings with the
standard library's `inspect` and `ast`: to Python such a text is nothing, so it is looked up in the source.
"""

from __future__ import annotations

import ast
import inspect
from typing import Any

from .config import config_of


def attribute_docstrings(cls: type[Any]) -> dict[str, str]:
    """The texts after the attributes of a class and its bases, as far as these want them to be read, by their names."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        own = inspect.get_annotations(base)
        found = {name: text for name, text in found.items() if name not in own}
        if own and config_of(base).use_attribute_docstrings:
            found |= _texts(base)
    return found


def _texts(cls: type[Any]) -> dict[str, str]:
    """What is found in the source; nothing where there is none, as in a shell."""
    try:
        source = "".join(inspect.getsourcelines(cls)[0])
    except (OSError, TypeError):
        return {}
    (statement,) = ast.parse(f"if True:\n{source}" if source[0].isspace() else source).body
    if isinstance(statement, ast.If):
        (statement,) = statement.body
    if not isinstance(statement, ast.ClassDef):
        return {}
    texts = {}
    for attribute, text in zip(statement.body, statement.body[1:], strict=False):
        if isinstance(attribute, ast.AnnAssign) and isinstance(attribute.target, ast.Name):
            match text:
                case ast.Expr(value=ast.Constant(value=str(said))):
                    texts[attribute.target.id] = inspect.cleandoc(said)
    return texts
