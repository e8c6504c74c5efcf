"""FastAPI's response models are a view's return type or `response_model=`, serialized by marshmallow fields.

## What FastAPI gives

What a view returns is filtered through its response model, so a password that is not in it never leaves; it is
converted, checked and described in the document. A result that breaks the promise is a 500, never a wrong body. The
decorator's keywords leave out what was not set, what equals its default or is null, or name what goes out.

## What matches it here

| FastAPI | Flask |
|---|---|
| `-> Member` | the same, a dataclass or a marshmallow `Schema` |
| `response_model=list[Member]`, which wins over the return type | the same keyword of `@operation()` |
| `response_model=None`: plain data or a response | the same |
| `response_model_exclude_unset=`, `_exclude_defaults=`, `_exclude_none=` | the same |
| `response_model_include={...}`, `_exclude={...}`, `_by_alias=` | the same |
| a union of models, `dict[str, float]`, lists of models | the same |
| `@computed_field`, `Field(exclude=True)`, `Field(exclude_if=...)` | the same |
| `@field_serializer`, `@model_serializer`, `PlainSerializer`, `WrapSerializer` | the same, from `myapp.kit` |
| `SerializationInfo`, `FieldSerializationInfo`: what is written, and how | `SerializationInfo` |
| `Page[Item]`, a generic model | the same, a generic dataclass |
| `list[SerializeAsAny[Happening]]`: a subclass goes out whole | the same |
| `jsonable_encoder(ticket)` asks the same serializers | the same |
| a `Response` is sent as it is | a Flask response is |
| `ResponseValidationError`, answered with 500 | the same |

## What differs

Nothing that a client sees.

## When not to use it

A long answer whose rows were checked when they were written pays for a second check. Return a response of your own
there, and keep the model in `responses=` for the document.
"""
