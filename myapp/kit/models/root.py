"""RootModel: a class around one value of any type, which is read and written as that value.

Pairs https://docs.pydantic.dev/latest/concepts/models/#rootmodel-and-custom-root-types with a dataclass of one
attribute, whose Schema reads what is no object::

    class Tags(RootModel[list[str]]):
        \"\"\"What a post is about.\"\"\"

It has a component of its own in the document, validators and serializers as any model has, and no `@dataclass`.
"""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar, Generic, TypeVar

import marshmallow.fields as ma
from marshmallow import ValidationError
from marshmallow.exceptions import SCHEMA

from ..errors import faulted
from ..params import FieldInfo, Undefined, field_info
from .loading import ModelSchema
from .setfields import remember

T = TypeVar("T")


@dataclasses.dataclass(init=False)
class RootModel(Generic[T]):
    """One value, as `root`: `RootModel[list[str]]`, or a class that inherits from it and says more.

    `root: list[str] = Field(min_length=1)` in the class says more of the value. Raises TypeError when it is called
    without a value, unless there is a default.
    """

    root: T
    __root_info__: ClassVar[FieldInfo | None] = None

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if "root" in vars(cls).get("__annotations__", {}):
            # kept here, where a second @dataclass can't lose it
            cls.__root_info__ = field_info(vars(cls).get("root"))
        dataclasses.dataclass(init=False)(cls)

    def __init__(self, /, root: T = Undefined, **data: Any) -> None:
        if data and root is not Undefined:
            raise TypeError(f"{type(self).__name__}() takes a root, or the items of a dictionary, not both")
        (declared,) = dataclasses.fields(self)
        value: Any = data if data else root
        if value is Undefined and declared.default is not dataclasses.MISSING:
            value = declared.default
        elif value is Undefined and declared.default_factory is not dataclasses.MISSING:
            value = declared.default_factory()
        if value is Undefined:
            raise TypeError(f"{type(self).__name__}() has no root")
        object.__setattr__(self, "root", value)
        if hasattr(self, "__post_init__"):
            self.__post_init__()


class RootSchema(ModelSchema):
    """The base of the Schemas of RootModels: loads what the type of `root` reads, into an instance."""

    @property
    def root(self) -> ma.Field[Any]:
        """The field that reads the value."""
        return self.fields["root"]

    def load_object(self, data: Any, partial: Any, unknown: Any, postprocess: bool) -> Any:
        """An instance as it is, anything else as its root; what is wrong has the place that it has in the value."""
        if isinstance(data, self.model):
            return data
        value = self.root.deserialize(data, "root", None, **({"validated": ("root", {})} if self.informed else {}))
        try:
            instance = self.model(value)
        except (ValueError, AssertionError) as error:
            raise ValidationError({SCHEMA: faulted(error, data).messages}) from error
        remember(instance, frozenset({"root"}))
        return instance
