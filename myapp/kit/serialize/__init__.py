"""The response model at work: results checked, filtered and written."""

from .serializer import Serializer
from .writer import SerializerOptions

__all__ = ["Serializer", "SerializerOptions"]
