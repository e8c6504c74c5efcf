"""The response model at work: results checked, filtered and written."""

from myapp.kit.serialize.serializer import Serializer
from myapp.kit.serialize.writer import SerializerOptions

__all__ = ["Serializer", "SerializerOptions"]
