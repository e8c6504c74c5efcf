"""Models: dataclasses and marshmallow Schemas, what the input set of them, and their dicts."""

from .adopt import adopt
from .dumping import copy_with, dump
from .schemas import ModelConfig, ModelSchema, schema_for
from .setfields import Model, fields_set

__all__ = ["Model", "ModelConfig", "ModelSchema", "adopt", "copy_with", "dump", "fields_set", "schema_for"]
