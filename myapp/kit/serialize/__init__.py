"""The response model at work: results checked, filtered and written."""

from .options import SerializerOptions
from .serializer import Serializer

__all__ = ["Serializer", "SerializerOptions"]
