"""What a client may filter and sort a list by: the attributes of a dataclass, and nothing else.

What FastAPI leaves to the application, as a dataclass of query parameters
(https://fastapi.tiangolo.com/tutorial/query-param-models/), in the notation that Django and fastapi-filter have made
known: `created_at__gte` is a column and an operator::

    @dataclass(kw_only=True)
    class PostQuery(LimitOffsetParams, Filter, model=Post):
        model_config: ClassVar[ModelConfig] = ModelConfig(extra="forbid")  # what is not declared: 422
        title__icontains: str | None = None
        author_id__in: list[int] | None = None
        sort: str = sortable("created_at", "title", default="-created_at")

    @operation(response_model=list[PostPublic])
    def read_posts(session: SessionDep, query: Annotated[PostQuery, Query()]):
        return paginate(session, select(Post), query)

The kit's query models do the rest: parameters, checks, faults and documentation.
"""

from __future__ import annotations

import dataclasses
import inspect
import operator
import types
import typing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal, TypeVar

from sqlalchemy import ColumnElement, Select
from sqlalchemy import inspect as sql_inspect
from sqlalchemy.orm import InstrumentedAttribute, Mapper

from ..params import FieldInfo

S = TypeVar("S", bound=Select[Any])
Attribute = InstrumentedAttribute[Any]

#: Suffix -> what it asks of a column. The wildcards of LIKE are escaped: `50%` is looked for as it stands.
OPERATORS: Final[dict[str, Callable[[Attribute, Any], ColumnElement[bool]]]] = {
    "": operator.eq,
    "neq": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "in": lambda column, values: column.in_(values),
    "not_in": lambda column, values: column.not_in(values),
    "isnull": lambda column, yes: column.is_(None) if yes else column.is_not(None),
    "contains": lambda column, text: column.contains(text, autoescape=True),
    "icontains": lambda column, text: column.icontains(text, autoescape=True),
    "startswith": lambda column, text: column.startswith(text, autoescape=True),
}
_OF_LISTS: Final = frozenset({"in", "not_in"})
_OF_TEXT: Final = frozenset({"contains", "icontains", "startswith"})
_NAMES: Final = "names to sort by"


def sortable(*names: str, default: str) -> Any:
    """The attribute `sort`: one or several of the names, separated by commas, a minus before those that go down.

    Another name is a 422, by the pattern that the document shows.
    """
    term = f"-?({'|'.join(names)})"
    info = FieldInfo(
        default=default,
        pattern=f"^{term}(,{term})*$",
        description=f"{', '.join(names)}; a minus before a name: from the greatest down",
    )
    return dataclasses.field(default=default, metadata={FieldInfo: info, _NAMES: names})


@dataclass(frozen=True)
class Term:
    """One column of an order."""

    name: str
    column: Attribute
    descending: bool

    def __str__(self) -> str:
        return f"-{self.name}" if self.descending else self.name

    @property
    def expression(self) -> ColumnElement[Any]:
        """What `order_by` takes."""
        return self.column.desc() if self.descending else self.column.asc()

    def beyond(self, value: Any) -> ColumnElement[bool]:
        """The rows that come after those with this value."""
        beyond: ColumnElement[bool] = self.column < value if self.descending else self.column > value
        return beyond


class Filter:
    """The base of a dataclass whose attributes are conditions on the columns of `model`, and `sort` its order.

    An attribute is a column's name, or that and an operator: `__neq`, `__gt`, `__gte`, `__lt`, `__lte`, `__in`,
    `__not_in`, `__isnull`, `__contains`, `__icontains`, `__startswith`; None asks for nothing. `sort` is made by
    `sortable(...)`, or is a ClassVar where the client has no say. A subclass that names a column that is not there, or
    a type that is not the column's, is a TypeError when it is defined, and so is a cursor's order by a column that may
    be NULL. Attributes of a base that is no Filter are left alone.
    """

    _model: ClassVar[Any] = None
    _conditions: ClassVar[dict[str, tuple[Attribute, str]]] = {}
    _columns: ClassVar[dict[str, Attribute]] = {}
    _keys: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, *, model: Any = None, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if model is not None:
            mapper: Mapper[Any] = sql_inspect(model)
            cls._model = model
            cls._keys = tuple(mapper.get_property_by_column(column).key for column in mapper.primary_key)
        if cls._model is None:
            return
        cls._conditions = dict(cls._read_conditions())
        cls._columns = {name: cls._column(name, "sort") for name in (*cls._sort_names(), *cls._keys)}
        for name, column in cls._columns.items() if getattr(cls, "by_cursor", False) else ():
            if column.property.columns[0].nullable:
                raise TypeError(f"{cls.__qualname__}.sort: {name!r} may be NULL, which no cursor can go on from")
            if column.type.python_type is object:
                raise TypeError(f"{cls.__qualname__}.sort: a cursor needs to know the python_type of {name!r}")

    def where(self, statement: S) -> S:
        """The statement with the conditions that were asked for."""
        given = ((*condition, getattr(self, name)) for name, condition in self._conditions.items())
        return statement.where(
            *(OPERATORS[suffix](column, value) for column, suffix, value in given if value is not None)
        )

    def order_by(self, statement: S) -> S:
        """The statement in the order that was asked for; the primary key decides between rows that are equal in it."""
        return statement.order_by(*(term.expression for term in self.terms()))

    def terms(self) -> Sequence[Term]:
        """The columns of the order, each once; the primary key at the end."""
        terms: dict[str, Term] = {}
        descending = False
        for text in filter(None, (getattr(self, "sort", None) or "").split(",")):
            descending, name = text.startswith("-"), text.removeprefix("-")
            terms.setdefault(name, Term(name, self._columns[name], descending))
        for name in self._keys:
            terms.setdefault(name, Term(name, self._columns[name], descending))
        return list(terms.values())

    @classmethod
    def _read_conditions(cls) -> Iterator[tuple[str, tuple[Attribute, str]]]:
        try:
            hints = typing.get_type_hints(cls, localns={cls.__name__: cls})
        except NameError as error:
            problem = f"{cls.__qualname__}: a type hint names {error.name!r}, which its module does not define"
            raise TypeError(problem) from error
        for name in _instance_attributes(cls):
            if name == "sort":
                continue
            column_name, _, suffix = name.partition("__")
            column = cls._column(column_name, name)
            if suffix not in OPERATORS or name.endswith("__"):
                raise TypeError(f"{cls.__qualname__}.{name}: there is no operator {suffix!r}")
            cls._check(name, column, suffix, hints[name])
            yield name, (column, suffix)

    @classmethod
    def _sort_names(cls) -> Sequence[str]:
        base = next((base for base in cls.__mro__ if "sort" in vars(base)), cls)
        declared = vars(base).get("sort", "")
        # a dataclass leaves the default in the place of what `sortable` made
        made = vars(base).get("__dataclass_fields__", {}).get("sort", declared)
        names: Sequence[str] | None = made.metadata.get(_NAMES) if isinstance(made, dataclasses.Field) else None
        if names is not None:
            return names
        if "sort" in _instance_attributes(cls):
            raise TypeError(f"{cls.__qualname__}.sort: use sortable(...), or a ClassVar")
        return [text.removeprefix("-") for text in declared.split(",") if text]

    @classmethod
    def _column(cls, name: str, attribute: str) -> Attribute:
        mapper: Mapper[Any] = sql_inspect(cls._model)
        if name not in mapper.column_attrs:
            raise TypeError(f"{cls.__qualname__}.{attribute}: {cls._model.__name__} has no column {name!r}")
        column: Attribute = getattr(cls._model, name)
        return column

    @classmethod
    def _check(cls, name: str, column: Attribute, suffix: str, hint: Any) -> None:
        """Raise TypeError unless the attribute's type is that of what it is compared with.

        A TypeDecorator that has no `python_type` of its own says `object`, which may be anything.
        """
        kind = bool if suffix == "isnull" else column.type.python_type
        if suffix in _OF_TEXT and kind is not object and not issubclass(kind, str):
            raise TypeError(f"{cls.__qualname__}.{name}: {suffix} is for text, and the column holds {kind.__name__}")
        members = _members(hint)
        if suffix in _OF_LISTS:
            if any(typing.get_origin(member) not in (list, set, tuple, frozenset) for member in members):
                raise TypeError(f"{cls.__qualname__}.{name}: {suffix} takes a list")
            members = [inner for member in members for inner in _members(typing.get_args(member)[0])]
        for member in members:
            if not _is_a(member, kind):
                raise TypeError(f"{cls.__qualname__}.{name}: the column holds {kind.__name__}, not {member!r}")


def _instance_attributes(cls: type[Filter]) -> list[str]:
    """What the filters among a class's bases declare, and the class itself: no ClassVars, and nothing that another
    base declares too (`limit`, with bounds of its own).
    """
    names: dict[str, bool] = {}
    others: set[str] = set()
    for base in reversed(cls.__mro__):
        hints = inspect.get_annotations(base)
        if issubclass(base, Filter) and base is not Filter:
            names |= {name: "ClassVar" not in str(hint) for name, hint in hints.items()}
        else:
            others.update(hints)
    return [name for name, of_instances in names.items() if of_instances and name not in others]


def _members(hint: Any) -> list[Any]:
    """The types of a union without None."""
    union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    return [each for each in (typing.get_args(hint) if union else (hint,)) if each is not type(None)]


def _is_a(hint: Any, kind: type[Any]) -> bool:
    if typing.get_origin(hint) is Literal:
        return all(isinstance(value, kind) for value in typing.get_args(hint))
    if kind is object:
        return True
    if isinstance(hint, type) and (hint is bool) != (kind is bool):
        return False
    return isinstance(hint, type) and issubclass(hint, kind)
