"""Models: dataclasses and marshmallow Schemas, what the input set of them, and their dicts."""

from myapp.kit.models.adopt import adopt
from myapp.kit.models.dumping import copy_with, dump
from myapp.kit.models.schemas import ModelConfig, ModelSchema, schema_for
from myapp.kit.models.setfields import Model, fields_set

__all__ = ["Model", "ModelConfig", "ModelSchema", "adopt", "copy_with", "dump", "fields_set", "schema_for"]
