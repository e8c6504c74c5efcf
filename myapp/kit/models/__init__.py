"""Models: dataclasses and marshmallow Schemas, and what the input set of them."""

from .adopt import adopt
from .config import AliasGenerator, ModelConfig, with_config
from .loading import DictSchema, ModelSchema
from .private import PrivateAttr
from .root import RootModel, RootSchema
from .schemas import is_typed_dict, schema_for
from .setfields import Model, copy_with, fields_set

__all__ = [
    "AliasGenerator",
    "DictSchema",
    "Model",
    "ModelConfig",
    "ModelSchema",
    "PrivateAttr",
    "RootModel",
    "RootSchema",
    "adopt",
    "copy_with",
    "fields_set",
    "is_typed_dict",
    "schema_for",
    "with_config",
]
