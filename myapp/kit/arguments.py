"""One argument of a signature: what it was declared with, and how its value is read from a request.

Pairs FastAPI's inference (https://fastapi.tiangolo.com/tutorial/body/#request-body-path-query-parameters) with
marshmallow fields: a name in the URL rule is a path parameter, a simple type a query parameter, a dataclass or Schema
the body.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

from marshmallow.fields import Field as MarshmallowField

from .fields import JsonText
from .fields.nested import schema_in
from .forms import FormModel, FormUnion, form_reader
from .hints import alias_value, is_alias, is_for_query, is_scalar, is_sequence, with_annotation
from .param_models import ModelReader, drops_empty
from .params import Body, Cookie, Depends, FieldInfo, File, Form, Header, Param, Path, Query, Undefined
from .typehints import field_for
from .uploads import has_upload


@dataclass(eq=False)
class Parameter:
    """An argument read from the request: its name in the code, on the wire (`alias`), the field that checks it.

    `others` are the further names of an `AliasChoices`. With `drops_empty` an empty value counts as not sent.
    """

    name: str
    alias: str
    info: Param | Body
    field: MarshmallowField[Any]
    annotation: Any
    many: bool = False
    drops_empty: bool = False
    reader: ModelReader | None = None
    form: FormModel | FormUnion | None = None
    others: Sequence[str] = ()


def declared(argument: inspect.Parameter) -> tuple[Any, FieldInfo | None, Depends | None]:
    """The bare type hint, the Param or Body that describes it if there is one, and the Depends if there is one.

    Raises TypeError for a declaration that contradicts itself.
    """
    annotation: Any = argument.annotation
    while is_alias(annotation):
        annotation = alias_value(annotation)
    hint = Any if annotation is inspect.Parameter.empty else annotation
    info: FieldInfo | None = None
    depends: Depends | None = None
    if get_origin(annotation) is Annotated:
        hint, *extras = get_args(annotation)
        chosen = next((extra for extra in reversed(extras) if isinstance(extra, Param | Body | Depends)), None)
        if isinstance(chosen, Depends):
            depends = chosen
        elif chosen is not None:
            if chosen.default is not Undefined:
                raise TypeError("set the default value with `=`, not inside `Annotated`")
            info = with_annotation(chosen, annotation)
    value = argument.default
    if isinstance(value, Depends | Param | Body):
        if info is not None or depends is not None:
            raise TypeError("declared both in `Annotated` and as the default value")
        if isinstance(value, Depends):
            depends = value
        else:
            info = copy.copy(value)
    elif info is not None and value is not inspect.Parameter.empty:
        info.default = Undefined if value is ... else value
        if info.default is not Undefined:
            info.default_factory = None
    return hint, info, depends


def parameter_of(
    argument: inspect.Parameter, hint: Any, info: FieldInfo | None, path_names: Collection[str]
) -> Parameter:
    """How the argument is read, given what `declared` returned and the names in the URL rule.

    Raises TypeError for a type that can't be read from there.
    """
    is_path = argument.name in path_names
    if info is None:
        default = Undefined if argument.default is inspect.Parameter.empty else argument.default
        if is_path:
            info = Path()
        elif has_upload(hint):
            info = File(default)
        elif is_scalar(argument.annotation if argument.annotation is not inspect.Parameter.empty else Any):
            info = Query(default)
        else:
            info = Body(default)
        if get_origin(argument.annotation) is Annotated:
            info = with_annotation(info, argument.annotation)
            if is_path or info.default is not Undefined:
                info.default_factory = None
    assert isinstance(info, Param | Body)
    if is_path and not isinstance(info, Path):
        raise TypeError(f"a name in the URL rule cannot be declared with {type(info).__name__}()")
    if is_path and not info.required:
        raise TypeError("path parameters cannot have default values")
    hyphens = isinstance(info, Header) and info.convert_underscores
    alias, *others = info.names(argument.name.replace("_", "-") if hyphens else argument.name)
    if isinstance(info, Path):
        alias, others = next((name for name in (alias, *others) if name in path_names), info.alias or argument.name), []
    schema = info.schema if isinstance(info, Body) else None
    annotation = (
        schema
        if schema is not None
        else hint
        # beside a marker that is the default, FastAPI takes nothing of `Annotated` but the type
        if argument.annotation is inspect.Parameter.empty or isinstance(argument.default, FieldInfo)
        else argument.annotation
    )
    while is_alias(annotation):  # inside `Annotated` it is one to FastAPI
        annotation = alias_value(annotation)
    marshmallow_field = field_for(annotation, info)
    is_json = isinstance(marshmallow_field, JsonText)
    model = schema_in(marshmallow_field) if isinstance(info, Param) else None
    reader = None
    if isinstance(info, Param) and model is not None:
        reader = ModelReader(model, info, optional=marshmallow_field.allow_none)
    form = form_reader(marshmallow_field) if isinstance(info, Form) else None
    if isinstance(info, Path) and (has_upload(hint) or not is_scalar(hint)):
        raise TypeError("Path params must be of one of the supported types")
    if isinstance(info, Query) and (has_upload(hint) or not is_for_query(hint)):
        raise TypeError(f"Query parameter {argument.name!r} must be one of the supported types")
    many = is_sequence(hint) and not is_json and not isinstance(info, Cookie)
    found = Parameter(argument.name, alias, info, marshmallow_field, hint, many=many)
    found.drops_empty = drops_empty(marshmallow_field, many=many)
    found.reader, found.form, found.others = reader, form, others
    return found
