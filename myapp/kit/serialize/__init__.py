"""The response model at work: results checked, filtered and written."""

from myapp.kit.serialize.serializer import Serializer, SerializerOptions

__all__ = ["Serializer", "SerializerOptions"]
