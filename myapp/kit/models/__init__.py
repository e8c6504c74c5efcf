"""Models: dataclasses and marshmallow Schemas, what the input set of them, and their dicts."""

from .adopt import adopt
from .config import AliasGenerator, ModelConfig
from .dumping import copy_with, dump
from .loading import DictSchema, ModelSchema
from .schemas import is_typed_dict, schema_for
from .setfields import Model, fields_set

__all__ = [
    "AliasGenerator",
    "DictSchema",
    "Model",
    "ModelConfig",
    "ModelSchema",
    "adopt",
    "copy_with",
    "dump",
    "fields_set",
    "is_typed_dict",
    "schema_for",
]
