"""HEAD and OPTIONS of a path: the view that declares one of them answers it, wherever it stands.

Pairs https://fastapi.tiangolo.com/reference/fastapi/#fastapi.FastAPI.head with Werkzeug's rules. Flask answers both
methods by itself for a path that has a GET, and takes the first rule of a path that knows the method.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from werkzeug.routing import Map, Rule

_NAME = re.compile(r"<([^<>:]*:)?[^<>:]+>")


def declared_methods(rule: Rule) -> list[str]:
    """The methods that the view declares, without the HEAD and OPTIONS that Flask adds by itself."""
    return sorted(set(rule.methods or ()) - _automatic(rule))


def let_declared_methods_answer(app: Flask) -> None:
    """Take from the rules of each path, now and later, the automatic methods that another one there declares."""
    found: dict[tuple[Any, ...], list[Rule]] = {}

    def settle(rule: Rule) -> None:
        others = found.setdefault((_NAME.sub(r"<\1>", rule.rule), rule.subdomain, rule.host), [])
        for other in others:
            _give_up(rule, other)
            _give_up(other, rule)
        others.append(rule)

    def bind(self: Rule, map: Map, rebind: bool = False) -> None:
        super(settled, self).bind(map, rebind)
        settle(self)

    settled: Any = type(app.url_rule_class.__name__, (app.url_rule_class,), {"bind": bind})
    app.url_rule_class = settled
    for rule in app.url_map.iter_rules():
        settle(rule)


def _automatic(rule: Rule) -> set[str]:
    """The methods of a rule that nobody declared."""
    options = {"OPTIONS"} if getattr(rule, "provide_automatic_options", False) else set()
    return options | {"HEAD"} if "GET" in (rule.methods or ()) else options


def _give_up(rule: Rule, other: Rule) -> None:
    """Leave to `other` what it declares and `rule` does not."""
    given = _automatic(rule).intersection(declared_methods(other))
    if rule.methods is not None and given:
        rule.methods -= given
        if "OPTIONS" in given:
            rule.provide_automatic_options = False  # type: ignore[attr-defined]
