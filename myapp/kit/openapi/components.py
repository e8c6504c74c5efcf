"""The names of the document's components: as short as pydantic makes them, and never two meanings of one name.

Pairs https://fastapi.tiangolo.com/how-to/separate-openapi-schemas/ with apispec's `Components`. While the document is
written every definition has a name that nothing else can have; once all are known each takes the first of its choices
that is unambiguous: `Item`, `Item-Input`, `blog__models__Item`, …
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from apispec.core import Components

Mode = Literal["validation", "serialization"]

PREFIX: Final = "#/components/schemas/"
_SUFFIXES: Final[Mapping[Mode, str]] = {"validation": "-Input", "serialization": "-Output"}


@dataclass(frozen=True)
class _Declared:
    """What a definition would like to be called: its short name, or its full one when others want that, too."""

    short: str
    full: str
    number: int
    suffix: str
    variant: str

    def choices(self, variant: str) -> list[str]:
        """Every name it could have, the best first; the last one is nobody else's."""
        names = [self.short + variant, self.full + variant, f"{self.full}{variant}__{self.number}"]
        return [choice for name in names for choice in (name, name + self.suffix)]


class Definitions:
    """The schemas under `components` of one document, while their names are provisional."""

    def __init__(self, components: Components) -> None:
        self.components = components
        self._declared: dict[str, _Declared] = {}
        self._owners: dict[str, list[Any]] = {}

    def declare(self, owner: Hashable, name: str, module: str, mode: Mode, variant: str = "") -> str:
        """A provisional name for what `owner` looks like in `mode`; `owner` tells two classes of one name apart.

        `name` is the name it would like, `module` its full dotted name. The `variant` of a class ("Partial") is part of
        the name only where the class itself is in the document, too.
        """
        owners = self._owners.setdefault(module, [])
        if owner not in owners:
            owners.append(owner)
        number = owners.index(owner) + 1
        declared = _Declared(_legal(name), _legal(module), number, _SUFFIXES[mode], variant)
        provisional = declared.choices(variant)[-1]
        self._declared[provisional] = declared
        return provisional

    def define(self, provisional: str, schema: Mapping[str, Any]) -> None:
        """Say what a declared name stands for."""
        self.components.schema(provisional, dict(schema))

    def referred(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """The definition that a schema with `$ref` refers to, as far as it is known by now."""
        known: Mapping[str, Any] = self.components.schemas.get(str(schema.get("$ref", "")).removeprefix(PREFIX), {})
        return known

    def renamed(self, document: dict[str, Any]) -> dict[str, Any]:
        """The document with final names in every reference, and the schemas in their alphabetical order."""
        plain = {declared.full for declared in self._declared.values() if not declared.variant}
        choices = {
            name: declared.choices(declared.variant if declared.full in plain else "")
            for name, declared in self._declared.items()
        }
        chosen = _shortest(choices, self.components.schemas)
        document = _replace(document, {PREFIX + name: PREFIX + short for name, short in chosen.items()})
        written = document.get("components", {}).get("schemas")
        if written:
            final = {chosen.get(name, name): schema for name, schema in written.items()}
            document["components"]["schemas"] = {name: final[name] for name in sorted(final)}
        return document


def reference(name: str) -> dict[str, Any]:
    """A schema that refers to a component."""
    return {"$ref": PREFIX + name}


def _legal(name: str) -> str:
    return re.sub(r"[^a-zA-Z0-9.\-_]", "_", name).replace(".", "__")


def _shortest(choices: Mapping[str, Sequence[str]], schemas: Mapping[str, Any]) -> dict[str, str]:
    """The final name of each provisional one: the first choice for which only one distinct schema is left.

    Two schemas may become equal once the names inside them are final; hence the repetition, until nothing changes.
    """
    chosen = {name: name for name in choices}
    while True:
        renames = {PREFIX + name: PREFIX + short for name, short in chosen.items()}
        seen = {name: _replace(schemas[name], renames) for name in choices}
        contenders: dict[str, list[Any]] = {}
        for name, wanted in choices.items():
            for choice in wanted:
                rivals = contenders.setdefault(choice, [])
                if seen[name] not in rivals:
                    rivals.append(seen[name])
        better = {name: next(c for c in wanted if len(contenders[c]) == 1) for name, wanted in choices.items()}
        if better == chosen:
            return chosen
        chosen = better


def _replace(value: Any, renames: Mapping[str, str]) -> Any:
    """A copy of `value` in which every str that is a key of `renames` is replaced."""
    if isinstance(value, str):
        return renames.get(value, value)
    if isinstance(value, Mapping):
        return {key: _replace(item, renames) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_replace(item, renames) for item in value]
    return value
